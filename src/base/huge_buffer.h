// Large zeroed arrays: on huge pages where the system has them (random access to it costs 1.5 times
// less), or on disk.
#ifndef LIGHTLDA_BASE_HUGE_BUFFER_H_
#define LIGHTLDA_BASE_HUGE_BUFFER_H_

#include <sys/mman.h>

#include <cerrno>
#include <cstddef>
#include <new>
#include <string>
#include <type_traits>
#include <utility>

#include "base/file.h"
#include "base/scratch_file.h"

namespace lightlda {

template <typename T>
class HugeBuffer {
  static_assert(std::is_trivial_v<T>);

 public:
  HugeBuffer() = default;
  // Throws std::bad_alloc.
  explicit HugeBuffer(std::size_t size) : HugeBuffer(size, /*flags=*/0) {}
  // Addresses for an array of which only a part may ever be used: the system does not ask whether
  // it has memory for all of it. Throws std::bad_alloc.
  static HugeBuffer Reserve(std::size_t size) { return HugeBuffer(size, MAP_NORESERVE); }
  // In a scratch file on the file system of `directory`, paged in and out by the system: for arrays
  // that are walked through in order. Errors: kCannotWrite.
  static Result<HugeBuffer> OnDisk(const std::string& directory, std::size_t size) {
    HugeBuffer buffer;
    if (size == 0) return buffer;
    LIGHTLDA_ASSIGN_OR_RETURN(const ScratchFile file,
                              ScratchFile::Create(directory, size * sizeof(T)));
    void* data =
        ::mmap(nullptr, size * sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED, file.descriptor(), 0);
    if (data == MAP_FAILED) {
      return Status::CannotWrite(
          ErrnoMessage(directory + ": cannot map a file for token state", errno) +
          "; give a `scratch_directory` on a local disk");
    }
    buffer.data_ = static_cast<T*>(data);
    buffer.size_ = size;
    return buffer;
  }
  HugeBuffer(HugeBuffer&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  HugeBuffer& operator=(HugeBuffer&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~HugeBuffer() {
    if (data_ != nullptr) ::munmap(data_, size_ * sizeof(T));
  }

  T* data() { return data_; }
  const T* data() const { return data_; }
  std::size_t size() const { return size_; }

 private:
  HugeBuffer(std::size_t size, int flags) : size_(size) {
    if (size == 0) return;
    void* data = ::mmap(nullptr, size * sizeof(T), PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
    if (data == MAP_FAILED) throw std::bad_alloc();
    (void)::madvise(data, size * sizeof(T), MADV_HUGEPAGE);  // a wish; failure costs speed only
    data_ = static_cast<T*>(data);
  }

  T* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace lightlda

#endif  // LIGHTLDA_BASE_HUGE_BUFFER_H_
