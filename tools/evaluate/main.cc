// lightlda-evaluate: how good a model is.
#include <cstddef>
#include <string>
#include <vector>

#include "command.h"
#include "flag_values.h"
#include "flags.h"
#include "lightlda/signals.h"

namespace lightlda::tools {
namespace {

std::vector<Command> AllCommands() {
  std::vector<Command> commands;
  for (const auto some : {TopicCommands(), HeldOutCommands(), SweepCommands()}) {
    commands.insert(commands.end(), some.begin(), some.end());
  }
  return commands;
}

std::string Usage() {
  std::string text =
      "lightlda-evaluate WHAT --model=MODEL\n"
      "lightlda-evaluate sweep --corpus=CORPUS --held_out=CORPUS --topics=K,... --output=DIR\n\n"
      "Says how good a model is. WHAT is one of\n";
  for (const Command& command : AllCommands()) {
    const std::string name = command.name;
    text += "  " + name + std::string(name.size() < 14 ? 14 - name.size() : 1, ' ');
    for (const char c : std::string(command.help)) {
      text += c;
      if (c == '\n') text += std::string(16, ' ');
    }
    text += '\n';
  }
  return text +
         "\nExamples\n"
         "  lightlda-evaluate coherence --model=my-model\n"
         "  lightlda-evaluate completion --model=my-model --input=held-out.txt\n"
         "  lightlda-evaluate left_to_right --model=my-model --corpus=my-corpus.heldout\n"
         "  lightlda-evaluate sweep --corpus=my-corpus --held_out=my-corpus.heldout \\\n"
         "    --topics=25,50,100,200 --output=my-sweep\n";
}

std::string CommandList(const char* between = ", ", const char* before_last = " or ") {
  const std::vector<Command> commands = AllCommands();
  std::string text = commands[0].name;
  for (std::size_t i = 1; i < commands.size(); ++i) {
    text += std::string(i + 1 < commands.size() ? between : before_last) + commands[i].name;
  }
  return text;
}

Status Evaluate(const std::vector<std::string>& positional) {
  if (positional.size() != 1) {
    return Status::Usage((positional.empty() ? "what to evaluate is missing"
                                             : "unexpected argument " + positional[1]) +
                         std::string(": expected ") + CommandList() + "; try --help");
  }
  for (const Command& command : AllCommands()) {
    if (positional[0] == command.name) return command.run();
  }
  return Status::Usage(positional[0] + ": expected " + CommandList());
}

int Main(int argc, char** argv) {
  InstallInterruptHandlers();  // first of all: from here on a signal is a request
  std::vector<std::string> positional;
  if (const auto code = Start(EvaluateProgram(), argc, argv, &positional)) return *code;
  return Report(EvaluateProgram(), Evaluate(positional));
}

}  // namespace

const Program& EvaluateProgram() {
  static const std::string kUsage = Usage();
  static const std::string kWords = CommandList(" ", " ");
  static const Program kProgram = {"lightlda-evaluate", kFlagsSource, kUsage.c_str(),
                                   kWords.c_str()};
  return kProgram;
}

Result<ExportFormat> ParseFormat(bool has_tables) {
  return ParseExportFormat("format", FLAGS_format, has_tables);
}

Result<Model> LoadModel() {
  if (FLAGS_model.empty()) return Status::Usage("--model=MODEL is needed");
  Result<Model> model = Model::Load(FLAGS_model);
  if (model.ok()) Tell(EvaluateProgram(), model->load_warning());
  return model;
}

StopToken StopBySignal(const char* answer) { return InstallInterruptHandlers({.stop = answer}); }

}  // namespace lightlda::tools

int main(int argc, char** argv) { return lightlda::tools::Main(argc, argv); }
