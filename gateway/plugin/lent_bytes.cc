#include "gateway/plugin/lent_bytes.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <utility>

namespace kgw::plugin {

LentBytes::LentBytes(std::string_view bytes, bool guarded)
    : data_(bytes.data()), size_(bytes.size()) {
  if (!guarded) return;
  const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  const size_t readable = (size_ / page + 1) * page;
  void* pages =
      mmap(nullptr, readable + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) return;
  pages_ = pages;
  length_ = readable + page;
  char* begin = static_cast<char*>(pages) + readable - size_;
  if (size_ > 0) std::memcpy(begin, bytes.data(), size_);
  mprotect(pages, readable, PROT_READ);
  mprotect(static_cast<char*>(pages) + readable, page, PROT_NONE);
  data_ = begin;
}

LentBytes::LentBytes(LentBytes&& other) noexcept
    : data_(other.data_),
      size_(other.size_),
      pages_(std::exchange(other.pages_, nullptr)),
      length_(other.length_) {}

LentBytes::~LentBytes() {
  // The addresses stay taken: unmapped, the next allocation could lie there and hide the mistake.
  if (pages_ != nullptr) {
    madvise(pages_, length_, MADV_DONTNEED);
    mprotect(pages_, length_, PROT_NONE);
  }
}

}  // namespace kgw::plugin
