#pragma once
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <zlib.h>

/// Decompresses a raw deflate stream (RFC 1951), or one that zlib wrapped (RFC 1950), that holds exactly `target_count` bytes, and nothing after it. 0 on success;
/// whatever else the stream holds, nothing is written beyond the target.
static inline int graft_inflate(const uint8_t *source, size_t source_count, uint8_t *target, size_t target_count,
                                int is_wrapped) {
  if (source_count > UINT32_MAX || target_count > UINT32_MAX) return -1;
  z_stream stream;
  memset(&stream, 0, sizeof stream);
  stream.next_in = (Bytef *)source;
  stream.avail_in = (uInt)source_count;
  stream.next_out = target;
  stream.avail_out = (uInt)target_count;
  // Negative: no header of zlib's around it.
  if (inflateInit2(&stream, is_wrapped ? 15 : -15) != Z_OK) return -1;
  int status = inflate(&stream, Z_FINISH);
  int is_whole = status == Z_STREAM_END && stream.avail_in == 0 && stream.avail_out == 0;
  return inflateEnd(&stream) == Z_OK && is_whole ? 0 : -1;
}
