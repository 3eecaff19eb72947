#pragma once
#include <oneapi/dnnl/dnnl.h>

#if !defined(DNNL_VERSION_MAJOR) || DNNL_VERSION_MAJOR != 3
#error "Graft needs oneDNN 3.x, and the headers found belong to another major version. Run scripts/bootstrap: it installs oneDNN 3 and the pkg-config file that points at it."
#endif
