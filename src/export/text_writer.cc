#include "model/text_output.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>

namespace lightlda {
namespace {

Status WriteToStdout(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(STDOUT_FILENO, text.data(), text.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return Status::CannotWrite(ErrnoMessage("standard output", errno));
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

// A file that may be put at `path`: nothing is there, or with `overwrite` a regular file.
Status CheckTarget(const std::string& path, bool overwrite) {
  if (!PathExists(path)) return {};
  if (!overwrite) {
    return Status::CannotWrite(path + ": exists already; give another name or --overwrite");
  }
  struct stat info;
  if (::stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) {
    return Status::CannotWrite(path + ": not a regular file; --output=- writes to standard output");
  }
  return {};
}

}  // namespace

Result<TextOutput> TextOutput::Open(const std::string& path, bool overwrite, StopToken stop) {
  TextOutput out(std::move(stop));
  if (path == "-") return out;
  LIGHTLDA_RETURN_IF_ERROR(CheckTarget(path, overwrite));
  out.path_ = path;
  out.temporary_ = path + ".tmp-" + std::to_string(::getpid());
  LIGHTLDA_ASSIGN_OR_RETURN(FileWriter file, FileWriter::Create(out.temporary_));
  out.file_.emplace(std::move(file));
  return out;
}

void TextOutput::Put(std::string_view text) {
  while (text.size() > buffer_.size() - used_) {
    const std::size_t room = buffer_.size() - used_;
    std::memcpy(buffer_.data() + used_, text.data(), room);
    used_ += room;
    text.remove_prefix(room);
    Flush();
  }
  std::memcpy(buffer_.data() + used_, text.data(), text.size());
  used_ += text.size();
}

void TextOutput::PutNumber(double value) {
  if (buffer_.size() - used_ < kMaxNumber) Flush();
  char* const at = buffer_.data() + used_;
  used_ += static_cast<std::size_t>(std::to_chars(at, at + kMaxNumber, value).ptr - at);
}

void TextOutput::PutNumber(double value, int digits) {
  if (buffer_.size() - used_ < kMaxNumber) Flush();
  char* const at = buffer_.data() + used_;
  const auto end = std::to_chars(at, at + kMaxNumber, value, std::chars_format::general, digits);
  used_ += static_cast<std::size_t>(end.ptr - at);
}

Status TextOutput::Write(std::string_view text) {
  if (!file_) return WriteToStdout(text);
  if (stop_.stop_requested()) return Status::Stopped(path_ + ": interrupted; nothing is written");
  return file_->Append(text);
}

void TextOutput::Flush() {
  if (status_.ok()) status_ = Write({buffer_.data(), used_});
  used_ = 0;
}

Status TextOutput::Finish() {
  Flush();
  if (!status_.ok() || !file_) return status_;
  LIGHTLDA_RETURN_IF_ERROR(file_->Close());
  if (Status status = RenamePath(temporary_, path_); !status.ok()) {
    (void)RemoveTree(temporary_);
    return status;
  }
  return SyncDirectory(ParentPath(path_));
}

void PutEscaped(std::string_view text, bool escape_spaces, TextOutput* out) {
  static constexpr char kDigits[] = "0123456789abcdef";
  const unsigned char first_plain = escape_spaces ? 0x21 : 0x20;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\\') {
      out->Put("\\\\");
    } else if (c == '\t') {
      out->Put("\\t");
    } else if (c == '\n') {
      out->Put("\\n");
    } else if (c == '\r') {
      out->Put("\\r");
    } else if (byte < first_plain || byte == 0x7F) {
      out->Put("\\x");
      out->Put(kDigits[byte >> 4]);
      out->Put(kDigits[byte & 15]);
    } else {
      out->Put(c);
    }
  }
}

void PutCsvField(std::string_view text, TextOutput* out) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return out->Put(text);
  out->Put('"');
  for (const char c : text) {
    if (c == '"') out->Put('"');
    out->Put(c);
  }
  out->Put('"');
}

std::string JsonString(std::string_view text) {
  return nlohmann::json(std::string(text))
      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace lightlda
