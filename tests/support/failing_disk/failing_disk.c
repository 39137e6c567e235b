// A disk that fails: once the file named by KGW_FAIL_SYNC is there, every sync of a file fails as a
// dying disk's does; while the file named by KGW_FULL_DISK is there, every write to a place of a
// file fails as a full disk's does.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

typedef int (*sync_function)(int);
typedef ssize_t (*write_function)(int, const void*, size_t, off64_t);

static int is_there(const char* variable) {
  const char* sign = getenv(variable);
  return sign != NULL && access(sign, F_OK) == 0;
}

static int sync_or_fail(const char* name, int fd) {
  if (is_there("KGW_FAIL_SYNC")) {
    errno = EIO;
    return -1;
  }
  return ((sync_function)dlsym(RTLD_NEXT, name))(fd);
}

static ssize_t write_or_fail(const char* name, int fd, const void* bytes, size_t size, off64_t at) {
  if (is_there("KGW_FULL_DISK")) {
    errno = ENOSPC;
    return -1;
  }
  return ((write_function)dlsym(RTLD_NEXT, name))(fd, bytes, size, at);
}

int fsync(int fd) { return sync_or_fail("fsync", fd); }
int fdatasync(int fd) { return sync_or_fail("fdatasync", fd); }
ssize_t pwrite(int fd, const void* bytes, size_t size, off_t at) {
  return write_or_fail("pwrite", fd, bytes, size, at);
}
ssize_t pwrite64(int fd, const void* bytes, size_t size, off64_t at) {
  return write_or_fail("pwrite64", fd, bytes, size, at);
}
