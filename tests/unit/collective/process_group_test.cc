// What every ProcessGroup promises, on threads, and agreements made with it.
#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <future>

#include "collective/agreement.h"
#include "collective/string_list.h"
#include "thread_group.h"

namespace lightlda::testing {
namespace {

// What each rank's process returned, by rank.
template <typename T>
std::vector<T> OnAll(int size, const std::function<T(ProcessGroup*)>& process) {
  std::vector<T> results(static_cast<std::size_t>(size));
  RunProcesses(size, [&](ProcessGroup* group) {
    results[static_cast<std::size_t>(group->rank())] = process(group);
  });
  return results;
}

std::string Joined(const Result<std::vector<std::string>>& strings) {
  if (!strings.ok()) return "error: " + strings.status().message();
  std::string joined;
  for (const std::string& text : strings.value()) joined += text + ";";
  return joined;
}

TEST_CASE("strings of any size and bytes are gathered by rank", "[ps][group]") {
  const auto seen = OnAll<std::string>(4, [](ProcessGroup* group) {
    const auto rank = static_cast<std::size_t>(group->rank());
    std::string all = Joined(group->AllGather(std::string(rank, '\0')));
    return all + Joined(group->AllGather(std::to_string(rank)));
  });
  using namespace std::string_literals;
  for (const std::string& text : seen) CHECK(text == ";\0;\0\0;\0\0\0;0;1;2;3;"s);
}

TEST_CASE("sums are those over all processes, exact where one alone has a value", "[ps][group]") {
  const auto sums = OnAll<double>(3, [](ProcessGroup* group) {
    std::vector<Count> counts = {group->rank(), Count{1} << 61, -5};
    std::vector<double> values = {group->rank() == 1 ? 0.1 : 0.0, 1.0};
    if (!group->Sum(std::span<Count>(counts)).ok()) return -1.0;
    if (!group->Sum(std::span<double>(values)).ok()) return -2.0;
    if (counts != std::vector<Count>{3, 3 * (Count{1} << 61), -15}) return -3.0;
    return values[0] + values[1];
  });
  for (const double sum : sums) CHECK(sum == 0.1 + 3.0);
}

TEST_CASE("ranks run ahead of sums that they finish later", "[ps][group]") {
  std::promise<void> started;
  const std::shared_future<void> all_started = started.get_future().share();
  const auto sums = OnAll<std::vector<Count>>(3, [&](ProcessGroup* group) {
    if (group->rank() > 0) all_started.wait();
    for (Count i = 0; i < 5; ++i) group->StartSum({group->rank() == 0 ? i : 10 * i});
    if (group->rank() == 0) started.set_value();
    std::vector<Count> found;
    for (int i = 0; i < 5; ++i) found.push_back(group->FinishSum().value().at(0));
    return found;
  });
  for (const auto& found : sums) CHECK(found == std::vector<Count>{0, 21, 42, 63, 84});
}

TEST_CASE("a part of the processes is a group by itself", "[ps][group]") {
  const auto seen = OnAll<std::string>(5, [](ProcessGroup* group) {
    const auto part = group->Split(group->rank() % 2 == 0);
    const std::string rank = std::to_string(group->rank());
    std::string text = part == nullptr
                           ? "none;"
                           : std::to_string(part->rank()) + "of" + std::to_string(part->size()) +
                                 ":" + Joined(part->AllGather(rank));
    return text + Joined(group->AllGather(rank));
  });
  CHECK(seen == std::vector<std::string>{"0of3:0;2;4;0;1;2;3;4;", "none;0;1;2;3;4;",
                                         "1of3:0;2;4;0;1;2;3;4;", "none;0;1;2;3;4;",
                                         "2of3:0;2;4;0;1;2;3;4;"});
}

TEST_CASE("an error of the watch ends a wait, and the group", "[ps][group]") {
  const auto seen = OnAll<std::string>(2, [](ProcessGroup* group) {
    if (group->rank() == 1) return std::string();  // never comes
    int asked = 0;
    group->set_watch([&] { return ++asked < 3 ? Status() : Status::Failure("lost worker 1"); });
    const std::string first = Joined(group->AllGather("a"));
    group->set_watch(nullptr);
    return first + Joined(group->AllGather("b"));
  });
  CHECK(seen[0] == "error: lost worker 1error: lost worker 1");
}

TEST_CASE("processes agree on the first rank's error, with its code and place", "[ps][group]") {
  const auto agreed = OnAll<Status>(4, [](ProcessGroup* group) {
    if (!Agree(group, {}).ok()) return Status::Failure("no agreement on success");
    return Agree(group, group->rank() == 2   ? Status::BadInput("block-2: cut short")
                        : group->rank() == 3 ? Status::CannotWrite("full")
                                             : Status());
  });
  for (const Status& status : agreed) {
    CHECK(status.code() == StatusCode::kBadInput);
    CHECK(status.message().rfind("rank 2 on host ", 0) == 0);
    CHECK(status.message().find(": block-2: cut short") != std::string::npos);
  }
}

TEST_CASE("an error that all processes share names none of them", "[ps][group]") {
  const auto agreed = OnAll<Status>(
      3, [](ProcessGroup* group) { return Agree(group, Status::Stopped("saved; run again")); });
  for (const Status& status : agreed) {
    CHECK(status.code() == StatusCode::kStopped);
    CHECK(status.message() == "saved; run again");
  }
}

TEST_CASE("what a step has made is gathered only if it has succeeded everywhere", "[ps][group]") {
  const auto seen = OnAll<std::string>(2, [](ProcessGroup* group) {
    const std::string rank = std::to_string(group->rank());
    const std::string good = Joined(AgreeAndGather(group, rank));
    const Result<std::string> mine =
        group->rank() == 0 ? Result<std::string>(rank) : Status::Failure("no port");
    return good + Joined(AgreeAndGather(group, mine));
  });
  for (const std::string& text : seen) {
    CHECK(text.rfind("0;1;error: rank 1 on host ", 0) == 0);
  }
}

TEST_CASE("packed strings come back, and other bytes are refused", "[ps][group]") {
  const std::vector<std::string> strings = {"", std::string(300, 'x'), std::string(2, '\0')};
  const std::string packed = PackStrings(strings);
  CHECK(UnpackStrings(packed, 3) == strings);
  CHECK_FALSE(UnpackStrings(packed, 2));
  CHECK_FALSE(UnpackStrings(packed, 4));
  CHECK_FALSE(UnpackStrings(packed.substr(0, packed.size() - 1), 3));
  CHECK_FALSE(UnpackStrings("\xff", 1));
}

}  // namespace
}  // namespace lightlda::testing
