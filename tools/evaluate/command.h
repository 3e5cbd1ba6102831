// What lightlda-evaluate can be asked for: one entry each, from which the command line, the list in
// --help and the messages follow.
#ifndef LIGHTLDA_TOOLS_EVALUATE_COMMAND_H_
#define LIGHTLDA_TOOLS_EVALUATE_COMMAND_H_

#include <cstddef>
#include <cstdio>
#include <span>
#include <string_view>

#include "lightlda/exports.h"
#include "lightlda/model.h"
#include "lightlda/status.h"
#include "lightlda/stop.h"
#include "tool_util.h"

namespace lightlda::tools {

const Program& EvaluateProgram();

struct Command {
  const char* name;  // WHAT
  const char* help;  // lines of --help
  Status (*run)();
};

std::span<const Command> TopicCommands();    // topic_commands.cc
std::span<const Command> HeldOutCommands();  // held_out_commands.cc
std::span<const Command> SweepCommands();    // sweep_command.cc

// The value of --format. Errors: kUsage.
Result<ExportFormat> ParseFormat(bool has_tables);
// The model of --model; what is to be known of it is told. Errors: kUsage, kBadInput.
Result<Model> LoadModel();
// From here on signals request a stop and are answered with a line that says what comes of it, and
// is never destroyed.
inline constexpr char kNoResult[] = "lightlda-evaluate: stopping; there will be no result\n";
StopToken StopBySignal(const char* answer = kNoResult);

// A printf to standard output whose failure is told.
template <typename... Values>
Status Print(const char* format, Values... values) {
  char text[512];
  const int size = std::snprintf(text, sizeof(text), format, values...);
  return WriteToStdout([&](const ExportSink& sink) {
    return sink(std::string_view(text, static_cast<std::size_t>(size)));
  });
}

}  // namespace lightlda::tools

#endif  // LIGHTLDA_TOOLS_EVALUATE_COMMAND_H_
