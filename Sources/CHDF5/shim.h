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
  /// The number of files outside this one that hold the dataset's bytes.
  int external_files;
  /// The number of filters (compression, shuffling, checksums) that its chunks went through.
  int filters;
  /// The number of elements in a chunk; 0 if the dataset is not in chunks.
  uint64_t chunk_elements;
} graft_h5_storage;

/// Tells how a dataset is stored; negative on failure.
static inline herr_t graft_h5_get_storage(hid_t dataset, graft_h5_storage *storage) {
  hid_t properties = H5Dget_create_plist(dataset);
  if (properties < 0) return -1;
  herr_t status = 0;
  storage->external_files = H5Pget_external_count(properties);
  storage->filters = H5Pget_nfilters(properties);
  storage->chunk_elements = 0;
  H5D_layout_t layout = H5Pget_layout(properties);
  if (storage->external_files < 0 || storage->filters < 0 || layout < 0) status = -1;
  if (status >= 0 && layout == H5D_CHUNKED) {
    hsize_t lengths[H5S_MAX_RANK];
    int rank = H5Pget_chunk(properties, H5S_MAX_RANK, lengths);
    storage->chunk_elements = 1;
    for (int i = 0; i < rank; i++) {
      if (__builtin_mul_overflow(storage->chunk_elements, lengths[i], &storage->chunk_elements)) status = -1;
    }
    if (rank < 0) status = -1;
  }
  if (H5Pclose(properties) < 0) return -1;
  return status;
}

/// Whether all bits that a number's type names lie within its bytes; HDF5 does not check this when it converts.
static inline int graft_h5_is_sound_number(hid_t type) {
  size_t bits = 8 * H5Tget_size(type);
  size_t precision = H5Tget_precision(type);
  int offset = H5Tget_offset(type);
  if (bits == 0 || bits > 64 || precision == 0 || precision > bits || offset < 0 || (size_t)offset > bits - precision)
    return 0;
  if (H5Tget_class(type) != H5T_FLOAT) return 1;
  size_t sign, exponent, exponent_size, mantissa, mantissa_size;
  if (H5Tget_fields(type, &sign, &exponent, &exponent_size, &mantissa, &mantissa_size) < 0) return 0;
  return sign < precision && exponent < precision && exponent_size > 0 && exponent_size <= precision - exponent &&
         mantissa < precision && mantissa_size > 0 && mantissa_size <= precision - mantissa;
}

/// Where an object's header lies, counted from the end of the user block.
static inline herr_t graft_h5_object_address(hid_t object, uint64_t *address) {
#if H5_VERSION_GE(1, 12, 0)
  H5O_info2_t info;
  haddr_t place;
  if (H5Oget_info3(object, &info, H5O_INFO_BASIC) < 0) return -1;
  if (H5VLnative_token_to_addr(object, info.token, &place) < 0) return -1;
  *address = place;
#else
  H5O_info_t info;
  if (H5Oget_info(object, &info) < 0) return -1;
  *address = info.addr;
#endif
  return 0;
}

/// The length of the user block before HDF5's own data, and the widths of offsets and lengths in bytes.
static inline herr_t graft_h5_file_layout(hid_t file, uint64_t *user_block, size_t *offset_size, size_t *length_size) {
  hid_t properties = H5Fget_create_plist(file);
  if (properties < 0) return -1;
  hsize_t block = 0;
  herr_t status = H5Pget_userblock(properties, &block);
  if (status >= 0) status = H5Pget_sizes(properties, offset_size, length_size);
  *user_block = block;
  if (H5Pclose(properties) < 0) return -1;
  return status;
}

typedef struct {
  int (*visit)(const char *name, int is_hard, void *context);
  void *context;
} graft_h5_visitor;

static herr_t graft_h5_visit(hid_t group, const char *name, const H5L_info_t *info, void *visitor) {
  (void)group;
  const graft_h5_visitor *v = (const graft_h5_visitor *)visitor;
  return v->visit(name, info->type == H5L_TYPE_HARD, v->context);
}

/// Calls `visit` for every link in a group, in the order of their names; a negative answer stops.
static inline herr_t graft_h5_links(
    hid_t group, int (*visit)(const char *name, int is_hard, void *context), void *context) {
  graft_h5_visitor visitor = {visit, context};
  return H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, NULL, graft_h5_visit, &visitor);
}

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

/// Opens a file for reading, without the file lock that network file systems refuse where the library allows it. On
/// failure HDF5's reason is copied into `reason`, for the next call clears it.
static inline hid_t graft_h5_open_for_reading(const char *path, char *reason, size_t size) {
  memset(reason, 0, size);
  hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  if (access < 0) return access;
#if H5_VERSION_GE(1, 12, 1) || (H5_VERSION_GE(1, 10, 7) && !H5_VERSION_GE(1, 11, 0))
  if (H5Pset_file_locking(access, 0, 1) < 0) {
    H5Pclose(access);
    return -1;
  }
#endif
  hid_t file = H5Fopen(path, 0, access);
  if (file < 0) graft_h5_reason(reason, size);
  if (H5Pclose(access) < 0 && file >= 0) {
    H5Fclose(file);
    return -1;
  }
  return file;
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
