#include "base/file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

namespace lightlda {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kWriteBufferBytes = std::size_t{1} << 20;

Status WriteAll(int fd, const std::string& path, const char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t written = ::write(fd, data, size);
    if (written < 0) {
      if (errno == EINTR) continue;
      return Status::CannotWrite(ErrnoMessage(path, errno));
    }
    data += written;
    size -= static_cast<std::size_t>(written);
  }
  return {};
}

// A file descriptor that closes itself.
class ScopedFd {
 public:
  explicit ScopedFd(int fd) : fd_(fd) {}
  ~ScopedFd() {
    if (fd_ >= 0) ::close(fd_);
  }
  ScopedFd(const ScopedFd&) = delete;
  ScopedFd& operator=(const ScopedFd&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

// What call() returns, which is -1 with an errno. File systems that wait, on a network or in
// another process, let any call be interrupted by a signal.
template <typename Call>
int Retry(const Call& call) {
  int result;
  do {
    result = call();
  } while (result < 0 && errno == EINTR);
  return result;
}

int OpenToRead(const std::string& path) {
  return Retry([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC); });
}

// False with an errno.
bool Sync(int fd) {
  return Retry([fd] { return ::fsync(fd); }) == 0 || IsRefusedCall(errno);
}

// -1 with an errno. A file that a killed process has left is replaced, not written into.
int CreateNew(const char* path) {
  constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  const auto create = [path] { return Retry([path] { return ::open(path, kFlags, 0666); }); };
  const int fd = create();
  if (fd >= 0 || errno != EEXIST) return fd;
  struct stat info;
  const bool is_regular = ::lstat(path, &info) == 0 && S_ISREG(info.st_mode);
  errno = EEXIST;
  if (!is_regular || ::unlink(path) != 0) return -1;
  return create();
}

}  // namespace

bool PathExists(const FilePath& path) {
  if (path.memory() != nullptr) return path.memory()->Exists(path.text());
  struct stat info;
  return ::lstat(path.text().c_str(), &info) == 0;
}

std::string JoinPath(const std::string& directory, const std::string& name) {
  return (fs::path(directory) / name).string();
}

FilePath JoinPath(const FilePath& directory, const std::string& name) {
  FilePath path(JoinPath(directory.text(), name));
  path.memory_ = directory.memory_;
  return path;
}

bool IsPlainFileName(std::string_view name) {
  return !name.empty() && name != "." && name != ".." &&
         name.find_first_of(std::string_view("/\0", 2)) == std::string_view::npos;
}

std::string ParentPath(const std::string& path) {
  fs::path p(path);
  if (!p.has_filename()) p = p.parent_path();  // a trailing slash
  const std::string parent = p.parent_path().string();
  return parent.empty() ? "." : parent;
}

std::string WithoutTrailingSlash(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

bool IsRefusedCall(int error_number) {
  return error_number == ENOSYS || error_number == EOPNOTSUPP || error_number == EINVAL;
}

std::string ErrnoMessage(const std::string& path, int error_number) {
  return path + ": " + std::generic_category().message(error_number);
}

Status SyncFile(const FilePath& path) {
  if (path.memory() != nullptr) return {};
  const ScopedFd fd(OpenToRead(path.text()));
  if (fd.get() >= 0 && Sync(fd.get())) return {};
  return Status::CannotWrite(ErrnoMessage(path.text(), errno));
}

Status SyncDirectory(const FilePath& directory) { return SyncFile(directory); }

Status CreateDirectory(const FilePath& path) {
  if (path.memory() != nullptr) return {};
  if (::mkdir(path.text().c_str(), 0777) == 0) return {};
  return Status::CannotWrite(ErrnoMessage(path.text(), errno));
}

Status RemoveFile(const std::string& path) {
  if (::unlink(path.c_str()) == 0 || errno == ENOENT) return {};
  return Status::CannotWrite(ErrnoMessage(path, errno));
}

Status RemoveTree(const FilePath& path) {
  std::error_code error;
  if (path.memory() != nullptr) {
    path.memory()->Remove(path.text());
  } else {
    fs::remove_all(path.text(), error);
  }
  if (error) return Status::CannotWrite(path.text() + ": " + error.message());
  return {};
}

Status RenamePath(const FilePath& from, const FilePath& to) {
  const std::string& target = to.text();
  if (from.memory() != nullptr) {
    if (from.memory()->Rename(from.text(), target)) return {};
    return Status::CannotWrite(ErrnoMessage(target, ENOENT));
  }
  if (::rename(from.text().c_str(), target.c_str()) == 0) return {};
  return Status::CannotWrite(ErrnoMessage(target, errno));
}

Result<std::vector<std::string>> ListDirectory(const FilePath& directory) {
  if (directory.memory() != nullptr) return directory.memory()->List(directory.text());
  std::vector<std::string> names;
  std::error_code error;
  fs::directory_iterator entry(directory.text(), error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    names.push_back(entry->path().filename().string());
  }
  if (error) return Status::CannotWrite(directory.text() + ": " + error.message());
  std::ranges::sort(names);
  return names;
}

Status CopyFile(const FilePath& from, const FilePath& to, std::uint64_t bytes) {
  LIGHTLDA_ASSIGN_OR_RETURN(const MappedFile file, MappedFile::Open(from));
  if (file.bytes().size() < bytes) {
    return Status::BadInput(from.text() + ": corrupted: " + std::to_string(file.bytes().size()) +
                            " bytes, expected " + std::to_string(bytes));
  }
  LIGHTLDA_ASSIGN_OR_RETURN(FileWriter writer, FileWriter::Create(to));
  writer.Reserve(bytes);
  LIGHTLDA_RETURN_IF_ERROR(writer.Append(file.bytes().first(bytes)));
  return writer.Close();
}

Status LinkOrCopyFile(const std::string& from, const std::string& to, std::uint64_t bytes) {
  struct stat info;
  // A link would be to the link, and leave with what it leads to.
  const bool is_file = ::lstat(from.c_str(), &info) == 0 && S_ISREG(info.st_mode) &&
                       static_cast<std::uint64_t>(info.st_size) == bytes;
  if (is_file && ::link(from.c_str(), to.c_str()) == 0) return {};
  return CopyFile(from, to, bytes);
}

Result<MappedFile> MappedFile::Open(const FilePath& path) {
  const std::string& text = path.text();
  if (path.memory() != nullptr) {
    auto content = path.memory()->Find(text);
    if (content == nullptr) return Status::BadInput(ErrnoMessage(text, ENOENT));
    return MappedFile(std::move(content));
  }
  ScopedFd fd(OpenToRead(text));
  struct stat info;
  if (fd.get() < 0 || ::fstat(fd.get(), &info) != 0) {
    return Status::BadInput(ErrnoMessage(text, errno));
  }
  if (!S_ISREG(info.st_mode)) return Status::BadInput(text + ": not a regular file");
  const auto size = static_cast<std::size_t>(info.st_size);
  if (size == 0) return MappedFile(nullptr, 0, {});
  void* data = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, fd.get(), 0);
  if (data == MAP_FAILED && (errno == ENODEV || IsRefusedCall(errno))) {
    // A file system without mappings: the bytes are read instead.
    LIGHTLDA_ASSIGN_OR_RETURN(std::string content, ReadFile(path));
    return MappedFile(std::make_shared<const std::string>(std::move(content)));
  }
  if (data == MAP_FAILED) return Status::BadInput(ErrnoMessage(text, errno));
  return MappedFile(static_cast<const std::byte*>(data), size,
                    MappedRange(data, size, text, FileVersion::Of(info)));
}

MappedFile::MappedFile(MemoryFiles::Content content)
    : data_(reinterpret_cast<const std::byte*>(content->data())),
      size_(content->size()),
      content_(std::move(content)) {}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      range_(std::move(other.range_)),
      content_(std::move(other.content_)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  std::swap(range_, other.range_);
  std::swap(content_, other.content_);
  return *this;
}

MappedFile::~MappedFile() {
  if (data_ == nullptr || !is_mapped()) return;
  range_ = MappedRange();  // before others can have the addresses
  ::munmap(const_cast<std::byte*>(data_), size_);
}

Result<std::string> ReadFile(const FilePath& path) {
  if (path.memory() != nullptr) {
    const auto found = path.memory()->Find(path.text());
    if (found != nullptr) return *found;
    return Status::BadInput(ErrnoMessage(path.text(), ENOENT));
  }
  ScopedFd fd(OpenToRead(path.text()));
  if (fd.get() < 0) return Status::BadInput(ErrnoMessage(path.text(), errno));
  std::string content;
  char chunk[1 << 16];
  while (true) {
    const ssize_t got = ::read(fd.get(), chunk, sizeof(chunk));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Status::BadInput(ErrnoMessage(path.text(), errno));
    if (got == 0) return content;
    content.append(chunk, static_cast<std::size_t>(got));
  }
}

Result<FileWriter> FileWriter::Create(const FilePath& path) {
  if (path.memory() != nullptr) return FileWriter(path, -1);
  const int fd = CreateNew(path.text().c_str());
  if (fd < 0) return Status::CannotWrite(ErrnoMessage(path.text(), errno));
  return FileWriter(path, fd);
}

FileWriter::FileWriter(FileWriter&& other) noexcept
    : path_(std::move(other.path_)),
      fd_(std::exchange(other.fd_, -1)),
      buffer_(std::move(other.buffer_)),
      bytes_written_(other.bytes_written_) {}

FileWriter& FileWriter::operator=(FileWriter&& other) noexcept {
  if (this != &other) {
    Abandon();
    path_ = std::move(other.path_);
    fd_ = std::exchange(other.fd_, -1);
    buffer_ = std::move(other.buffer_);
    bytes_written_ = other.bytes_written_;
  }
  return *this;
}

FileWriter::~FileWriter() { Abandon(); }

void FileWriter::Abandon() {
  if (fd_ < 0) return;
  ::close(std::exchange(fd_, -1));
  ::unlink(path_.text().c_str());
}

void FileWriter::Reserve(std::uint64_t bytes) {
  if (path_.memory() != nullptr) buffer_.reserve(bytes);
}

Status FileWriter::Append(std::span<const std::byte> bytes) {
  bytes_written_ += bytes.size();
  const char* data = reinterpret_cast<const char*>(bytes.data());
  if (bytes.size() >= kWriteBufferBytes && path_.memory() == nullptr) {
    LIGHTLDA_RETURN_IF_ERROR(Flush());
    return WriteAll(fd_, path_.text(), data, bytes.size());
  }
  buffer_.append(data, bytes.size());
  return buffer_.size() >= kWriteBufferBytes ? Flush() : Status();
}

Status FileWriter::Flush() {
  if (path_.memory() != nullptr) return {};
  LIGHTLDA_RETURN_IF_ERROR(WriteAll(fd_, path_.text(), buffer_.data(), buffer_.size()));
  buffer_.clear();
  return {};
}

Status FileWriter::Close() {
  LIGHTLDA_RETURN_IF_ERROR(Flush());
  if (path_.memory() != nullptr) {
    path_.memory()->Put(path_.text(), std::move(buffer_));
    return {};
  }
  if (!Sync(fd_)) return Status::CannotWrite(ErrnoMessage(path_.text(), errno));
  // Interrupted, it is closed all the same, and what it holds is on the disk.
  if (::close(std::exchange(fd_, -1)) == 0 || errno == EINTR) return {};
  const int error = errno;
  ::unlink(path_.text().c_str());
  return Status::CannotWrite(ErrnoMessage(path_.text(), error));
}

Status WriteFileAtomic(const FilePath& place, std::string_view content) {
  if (place.memory() != nullptr) {
    place.memory()->Put(place.text(), std::string(content));
    return {};
  }
  const std::string& path = place.text();
  const std::string temporary = path + ".tmp";
  LIGHTLDA_ASSIGN_OR_RETURN(FileWriter writer, FileWriter::Create(temporary));
  LIGHTLDA_RETURN_IF_ERROR(writer.Append(content));
  LIGHTLDA_RETURN_IF_ERROR(writer.Close());
  if (Status status = RenamePath(temporary, path); !status.ok()) {
    ::unlink(temporary.c_str());
    return status;
  }
  return SyncDirectory(ParentPath(path));
}

}  // namespace lightlda
