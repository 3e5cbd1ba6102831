#include "model/priors_file.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "corpus/corpus_format.h"

namespace lightlda {
namespace {

constexpr std::string_view kMagic = "LLDAPRI\n";
constexpr std::uint32_t kVersion = 1;

enum Section : std::size_t { kAlpha, kBeta, kNumSections };

}  // namespace

Result<FileStamp> WritePriorsFile(const FilePath& path, const Priors& priors) {
  std::array<std::span<const std::byte>, kNumSections> sections;
  sections[kAlpha] = std::as_bytes(std::span(priors.alpha));
  sections[kBeta] = std::as_bytes(std::span(&priors.beta, 1));
  return WriteSectionFile(path, kMagic, kVersion, sections);
}

Result<Priors> ReadPriorsFile(const FilePath& path, const FileStamp& expected,
                              std::uint32_t num_topics) {
  LIGHTLDA_ASSIGN_OR_RETURN(SectionFile file,
                            SectionFile::Open(path, kMagic, kVersion, kNumSections));
  LIGHTLDA_RETURN_IF_ERROR(CheckStamp(file, expected));
  LIGHTLDA_ASSIGN_OR_RETURN(const auto alpha, file.Section<double>(kAlpha));
  LIGHTLDA_ASSIGN_OR_RETURN(const auto beta, file.Section<double>(kBeta));
  if (alpha.size() != num_topics || beta.size() != 1) {
    return Status::BadInput(path.text() + ": corrupted: " + std::to_string(alpha.size()) +
                            " alphas and " + std::to_string(beta.size()) + " betas, expected " +
                            std::to_string(num_topics) + " and 1");
  }
  if (!std::ranges::all_of(alpha, IsPrior) || !IsPrior(beta[0])) {
    return Status::BadInput(path.text() + ": corrupted: a prior is not a positive number");
  }
  return Priors{{alpha.begin(), alpha.end()}, beta[0]};
}

}  // namespace lightlda
