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
