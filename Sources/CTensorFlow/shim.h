#pragma once
// The C API of TensorFlow 2; scripts/bootstrap --with-tensorflow installs it.
#include <tensorflow/c/c_api.h>
