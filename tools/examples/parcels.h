// The records of a .parcels file (engine/wire/FORMAT.md), for the examples, in C and C++. A host has its records from
// elsewhere; the checks of the format are left out here.
#ifndef SLUICE_EXAMPLES_PARCELS_H_
#define SLUICE_EXAMPLES_PARCELS_H_

#include <stdio.h>
#include <stdlib.h>

typedef struct parcels {
  unsigned char* bytes;
  size_t size;
  size_t at;
} parcels;

/// Reads the whole file; 0 where it cannot be read.
static inline int parcels_open(parcels* file, const char* path) {
  FILE* const stream = fopen(path, "rb");
  file->bytes = NULL;
  file->size = 0;
  file->at = 128;  // behind the file header
  if (stream == NULL) return 0;
  if (fseek(stream, 0, SEEK_END) == 0) {
    const long size = ftell(stream);
    rewind(stream);
    file->bytes = (unsigned char*)malloc(size > 0 ? (size_t)size : 1);
    if (file->bytes != NULL && size > 0) file->size = fread(file->bytes, 1, (size_t)size, stream);
  }
  fclose(stream);
  return file->size > file->at;
}

/// The next record, valid until the file is closed; 0 behind the last.
static inline int parcels_next(parcels* file, const unsigned char** record, size_t* size) {
  const unsigned char* const frame = file->bytes + file->at;
  if (file->size - file->at < 16) return 0;
  *size = (size_t)frame[0] | (size_t)frame[1] << 8 | (size_t)frame[2] << 16 | (size_t)frame[3] << 24;
  if (*size == 0 || *size > file->size - file->at - 16) return 0;
  *record = frame + 16;
  file->at += 16 + (*size + 7) / 8 * 8;
  if (file->at > file->size) file->at = file->size;
  return 1;
}

static inline void parcels_close(parcels* file) { free(file->bytes); }

#endif  // SLUICE_EXAMPLES_PARCELS_H_
