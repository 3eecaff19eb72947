internal import Foundation

/// The folder that holds what was downloaded or can be computed again.
public enum CacheFolder {
  /// `$GRAFT_CACHE`, else `$XDG_CACHE_HOME/graft`, else `~/.cache/graft`.
  public static var path: String { path(in: ProcessInfo.processInfo.environment) }

  static func path(in environment: [String: String]) -> String {
    func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    if let folder = value("GRAFT_CACHE") { return folder }
    if let folder = value("XDG_CACHE_HOME") { return folder + "/graft" }
    return (value("HOME") ?? NSHomeDirectory()) + "/.cache/graft"
  }
}
