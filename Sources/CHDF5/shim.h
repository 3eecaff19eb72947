#pragma once
#include <hdf5.h>
#include <stdint.h>
#include <string.h>

// HDF5 names its types and defaults by macros that call functions; Swift cannot import those.
static inline hid_t graft_h5_native_float(void) { return H5T_NATIVE_FLOAT; }
static inline hid_t graft_h5_default(void) { return H5P_DEFAULT; }
static inline hid_t graft_h5_all(void) { return H5S_ALL; }
static inline herr_t graft_h5_silence(void) { return H5Eset_auto2(H5E_DEFAULT, NULL, NULL); }

typedef struct {
  char *text;
  size_t size;
} graft_h5_text;

static herr_t graft_h5_take(unsigned n, const H5E_error2_t *error, void *context) {
  graft_h5_text *text = (graft_h5_text *)context;
  if (n == 0 && error->desc != NULL) strncpy(text->text, error->desc, text->size - 1);
  return 0;
}

/// Copies HDF5's deepest reason for the last failure of this thread into `text`; empty if there is none.
static inline void graft_h5_reason(char *text, size_t size) {
  memset(text, 0, size);
  graft_h5_text target = {text, size};
  (void)H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, graft_h5_take, &target);
}

/// Makes an empty file in memory alone; `H5Fget_file_image` gives its bytes.
static inline hid_t graft_h5_create_in_memory(const char *name) {
  hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  if (access < 0) return access;
  hid_t file = H5Pset_fapl_core(access, 1 << 20, 0) < 0 ? -1 : H5Fcreate(name, H5F_ACC_TRUNC, H5P_DEFAULT, access);
  if (H5Pclose(access) < 0 && file >= 0) {
    H5Fclose(file);
    return -1;
  }
  return file;
}

/// Makes a dataset of little-endian 32-bit floats without the time of its making, so that equal data are equal bytes.
static inline hid_t graft_h5_create_floats(hid_t parent, const char *name, hid_t space) {
  hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
  if (properties < 0) return properties;
  hid_t dataset = H5Pset_obj_track_times(properties, 0) < 0
                      ? -1
                      : H5Dcreate2(parent, name, H5T_IEEE_F32LE, space, H5P_DEFAULT, properties, H5P_DEFAULT);
  if (H5Pclose(properties) < 0 && dataset >= 0) {
    H5Dclose(dataset);
    return -1;
  }
  return dataset;
}

/// Adds a text attribute (UTF-8, of variable length, as h5py writes it) to an object.
static inline herr_t graft_h5_set_text(hid_t object, const char *name, const char *text) {
  herr_t status = -1;
  hid_t type = H5Tcopy(H5T_C_S1);
  if (type < 0) return -1;
  if (H5Tset_size(type, H5T_VARIABLE) >= 0 && H5Tset_cset(type, H5T_CSET_UTF8) >= 0) {
    hid_t space = H5Screate(H5S_SCALAR);
    if (space >= 0) {
      hid_t attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
      if (attribute >= 0) {
        status = H5Awrite(attribute, type, &text);
        if (H5Aclose(attribute) < 0) status = -1;
      }
      if (H5Sclose(space) < 0) status = -1;
    }
  }
  if (H5Tclose(type) < 0) status = -1;
  return status;
}
