#pragma once
#include <vips/vips.h>

// libvips's loaders are variadic, which Swift cannot call: one inline wrapper per loader, all with the same options.
// Sequential access keeps one pass over the picture in memory; every error of the decoder fails the load.
#define GRAFT_VIPS_LOADER(format)                                                                          \
  static inline int graft_vips_load_##format(const void *bytes, size_t count, VipsImage **image) {         \
    return vips_##format##load_buffer((void *)bytes, count, image, "access", VIPS_ACCESS_SEQUENTIAL,       \
                                      "fail_on", VIPS_FAIL_ON_ERROR, NULL);                                \
  }

GRAFT_VIPS_LOADER(png)
GRAFT_VIPS_LOADER(webp)
GRAFT_VIPS_LOADER(gif)
GRAFT_VIPS_LOADER(tiff)

// Writes RGB, 8 bits, as PNG; *bytes is the caller's to free with g_free.
static inline int graft_vips_save_png(const void *pixels, int width, int height, void **bytes, size_t *count) {
  VipsImage *image =
      vips_image_new_from_memory(pixels, (size_t)width * (size_t)height * 3, width, height, 3, VIPS_FORMAT_UCHAR);
  if (image == NULL) return -1;
  int status = vips_pngsave_buffer(image, bytes, count, "filter", VIPS_FOREIGN_PNG_FILTER_ALL, NULL);
  g_object_unref(image);
  return status;
}
