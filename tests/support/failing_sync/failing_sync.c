// A disk that fails: once the file named by KGW_FAIL_SYNC is there, every sync of a file
// fails as a dying disk's does.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

typedef int (*sync_function)(int);

static int sync_or_fail(const char* name, int fd) {
  const char* sign = getenv("KGW_FAIL_SYNC");
  if (sign != NULL && access(sign, F_OK) == 0) {
    errno = EIO;
    return -1;
  }
  return ((sync_function)dlsym(RTLD_NEXT, name))(fd);
}

int fsync(int fd) { return sync_or_fail("fsync", fd); }
int fdatasync(int fd) { return sync_or_fail("fdatasync", fd); }
