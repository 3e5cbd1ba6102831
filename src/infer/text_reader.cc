#include "lightlda/text_reader.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/out_of_memory.h"
#include "base/spares.h"
#include "base/thread_pool.h"
#include "text/text_pipeline.h"
#include "text/utf8.h"

namespace lightlda {
namespace {

// Texts that a thread takes at a time.
constexpr std::size_t kTaskTexts = 64;

}  // namespace

struct LIGHTLDA_NO_EXPORT TextReader::Impl {
  using Pipeline = std::unique_ptr<TextPipeline>;

  explicit Impl(const Model& of) : model(of) {}

  // Making one takes longer than reading a text.
  Result<Pipeline> Take() {
    if (Pipeline spare = pipelines.Take()) return spare;
    return TextPipeline::Create(settings);
  }

  Status ReadOne(TextPipeline* pipeline, std::string_view text, TextWords* out) const {
    if (const auto at = FindInvalidUtf8(text)) {
      return Status::BadInput("expected UTF-8, found an invalid byte at " +
                              std::to_string(*at + 1));
    }
    std::uint32_t unknown = 0;
    LIGHTLDA_RETURN_IF_ERROR(pipeline->Tokenize(text, [&](std::string_view word) {
      if (const auto id = model.vocabulary().Find(word)) {
        out->words.push_back(*id);
      } else {
        ++unknown;
      }
    }));
    out->begins.push_back(out->words.size());
    out->num_unknown.push_back(unknown);
    return {};
  }

  // Texts begin up to, not including, end. The first that fails ends the task.
  Result<TextWords> ReadTask(std::span<const std::string_view> texts, std::size_t begin,
                             std::size_t end) {
    LIGHTLDA_ASSIGN_OR_RETURN(Pipeline pipeline, Take());
    TextWords read;
    Status status;
    for (std::size_t i = begin; i < end && status.ok(); ++i) {
      status = ReadOne(pipeline.get(), texts[i], &read).WithContext("text " + std::to_string(i));
    }
    pipelines.Return(std::move(pipeline));
    LIGHTLDA_RETURN_IF_ERROR(status);
    return read;
  }

  Result<TextWords> Read(std::span<const std::string_view> texts, int num_threads) {
    const std::size_t num_tasks = (texts.size() + kTaskTexts - 1) / kTaskTexts;
    const auto threads = static_cast<std::size_t>(ResolveThreadCount(num_threads));
    ThreadPool pool(static_cast<int>(std::min(threads, std::max<std::size_t>(num_tasks, 1))));
    std::vector<std::optional<Result<TextWords>>> parts(num_tasks);
    pool.ParallelFor(num_tasks, [&](std::size_t task, int) {
      const std::size_t begin = task * kTaskTexts;
      parts[task] = ReadTask(texts, begin, std::min(texts.size(), begin + kTaskTexts));
    });
    TextWords all;
    for (const auto& part : parts) {
      LIGHTLDA_RETURN_IF_ERROR(part->status());
      const TextWords& read = part->value();
      const std::uint64_t first = all.words.size();
      for (std::size_t i = 1; i < read.begins.size(); ++i) {
        all.begins.push_back(first + read.begins[i]);
      }
      all.words.insert(all.words.end(), read.words.begin(), read.words.end());
      all.num_unknown.insert(all.num_unknown.end(), read.num_unknown.begin(),
                             read.num_unknown.end());
    }
    return all;
  }

  Model model;
  std::shared_ptr<const TextPipelineSettings> settings;
  Spares<TextPipeline> pipelines;
};

TextReader::TextReader(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

Result<TextReader> TextReader::Create(const Model& model) {
  return CatchBadAlloc([&]() -> Result<TextReader> {
    auto impl = std::make_shared<Impl>(model);
    LIGHTLDA_ASSIGN_OR_RETURN(impl->settings, ReadsTextBy(model.text_pipeline()));
    LIGHTLDA_ASSIGN_OR_RETURN(Impl::Pipeline first, impl->Take());  // whether there can be one
    impl->pipelines.Return(std::move(first));
    return TextReader(std::move(impl));
  });
}

Result<TextWords> TextReader::Read(std::span<const std::string_view> texts, int num_threads) const {
  return CatchBadAlloc([&] { return impl_->Read(texts, num_threads); });
}

}  // namespace lightlda
