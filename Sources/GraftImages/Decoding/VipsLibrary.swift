internal import CVips
internal import GraftCore

/// libvips, started once, when the first picture comes that is no JPEG.
enum VipsLibrary {
  // A static is initialised once, by whichever thread comes first; the others wait.
  private static let startFailure: String? = {
    // libvips looks below its home for plug-ins (ImageMagick, PDF, slides) and loads them all: 30 ms, for formats that are
    // not read here. PNG, WebP, GIF and TIFF are built in. It sets this variable itself when nobody has.
    g_setenv("VIPSHOME", "/nonexistent", 0)
    guard vips_init("graft") == 0 else { return String(cString: vips_error_buffer()) }
    // Graft has its own workers, and no picture is decoded twice.
    vips_concurrency_set(1)
    vips_cache_set_max(0)
    // Loaders that were not made for files from strangers stay off, should a file get past the check of its first bytes.
    vips_block_untrusted_set(1)
    // Faults are thrown, not printed.
    let levels = GLogLevelFlags(G_LOG_LEVEL_WARNING.rawValue | G_LOG_LEVEL_CRITICAL.rawValue)
    g_log_set_handler("VIPS", levels, { _, _, _, _ in }, nil)
    return nil
  }()

  /// Starts the library if nobody did yet.
  static func start() throws(ImageFault) {
    if let startFailure { throw ImageFault(.kernel, "libvips cannot start: \(startFailure)") }
  }
}
