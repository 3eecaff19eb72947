internal import CVips

/// Owns one reference to a libvips image whose header is read and whose pixels are not yet decoded.
struct VipsImage: ~Copyable {
  private let image: UnsafeMutablePointer<CVips.VipsImage>

  /// Reads the header of an encoded picture. `bytes` must outlive the image.
  init?(_ bytes: UnsafeRawBufferPointer, format: ImageFormat) {
    var image: UnsafeMutablePointer<CVips.VipsImage>?
    let status =
      switch format {
      case .png: graft_vips_load_png(bytes.baseAddress, bytes.count, &image)
      case .webp: graft_vips_load_webp(bytes.baseAddress, bytes.count, &image)
      case .gif: graft_vips_load_gif(bytes.baseAddress, bytes.count, &image)
      case .tiff: graft_vips_load_tiff(bytes.baseAddress, bytes.count, &image)
      case .jpeg, .bmp: Int32(-1)
      }
    guard status == 0, let image else {
      vips_error_clear()
      return nil
    }
    self.image = image
  }

  deinit { g_object_unref(image) }

  var width: Int { Int(vips_image_get_width(image)) }
  var height: Int { Int(vips_image_get_height(image)) }
  var bands: Int { Int(vips_image_get_bands(image)) }
  var isCMYK: Bool { vips_image_get_interpretation(image) == VIPS_INTERPRETATION_CMYK }
  var orientation: Orientation { Orientation(rawValue: Int(vips_image_get_orientation(image))) ?? .up }

  /// The number of bytes per sample for unsigned integers of 8 or 16 bits in gray, RGB or CMYK; nil for all else.
  var bytesPerSample: Int? {
    switch vips_image_get_interpretation(image) {
    case VIPS_INTERPRETATION_B_W, VIPS_INTERPRETATION_sRGB, VIPS_INTERPRETATION_RGB, VIPS_INTERPRETATION_CMYK,
      VIPS_INTERPRETATION_RGB16, VIPS_INTERPRETATION_GREY16, VIPS_INTERPRETATION_MULTIBAND:
      break
    default: return nil
    }
    switch vips_image_get_format(image) {
    case VIPS_FORMAT_UCHAR: return 1
    case VIPS_FORMAT_USHORT: return 2
    default: return nil
    }
  }

  /// Decodes the pixels: `body` gets `height × width × bands` samples, to change as it likes. Nil if the picture is
  /// damaged.
  func withSamples<Result>(_ body: (UnsafeMutableRawPointer) -> Result) -> Result? {
    var count = 0
    guard let memory = vips_image_write_to_memory(image, &count) else {
      vips_error_clear()
      return nil
    }
    defer { g_free(memory) }
    return body(memory)
  }
}
