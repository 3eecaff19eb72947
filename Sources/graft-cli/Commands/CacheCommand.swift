internal import ArgumentParser

/// `graft cache`
struct CacheCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cache",
    abstract: "Look after the features of pictures that are kept on disk.",
    discussion: """
      What a frozen base saw in a picture is kept, and found again by the picture's contents and everything that decides the \
      result: layers, weights, precision, size, preprocessing. Nothing that is kept can be out of date, and all of it can be \
      computed again. When it is full, what was not used for the longest time goes.

        graft cache list
        graft cache verify
        graft cache clear
      """,
    subcommands: [CacheListCommand.self, CacheVerifyCommand.self, CacheClearCommand.self],
    defaultSubcommand: CacheListCommand.self)
}
