internal import Foundation

/// What kernels are chosen by: on another kind of processor the last bits of their results are others.
enum ProcessorKind {
  /// The architecture, and the vector instructions that matter.
  static let text: String = {
    #if arch(x86_64)
      let architecture = "x86-64"
    #elseif arch(arm64)
      let architecture = "arm64"
    #else
      let architecture = "another"
    #endif
    // Not there on macOS, where the architecture says enough.
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let flags = text.split(separator: "\n").first { $0.hasPrefix("flags") || $0.hasPrefix("Features") } ?? ""
    let present = Set(flags.split(separator: " "))
    let known = ["avx2", "avx512f", "avx512_vnni", "avx_vnni", "avx512_bf16", "amx_tile", "asimd", "sve"]
    return ([architecture] + known.filter { present.contains(Substring($0)) }).joined(separator: " ")
  }()
}
