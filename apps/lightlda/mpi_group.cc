// Nonblocking calls, tests and naps.
//
// A wait that was given up (an error of the watch) leaves a call pending, and MPI may still write
// to its buffers: they are kept to the end of the process, and MPI is then not finalized.
#include "mpi_group.h"

#include <mpi.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <climits>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/file_limit.h"
#include "base/printable.h"
#include "base/thread.h"
#include "collective/host.h"
#include "collective/solo_group.h"
#include "job_end.h"

namespace lightlda {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::microseconds kShortestNap{50};
constexpr std::chrono::microseconds kLongestNap{2000};
// How long the others have to come to the end: to finish, or to tell their failure. Rank 0 loses
// patience first, as its message is the job's; the others' are for when it does not come at all.
constexpr std::chrono::seconds kPatience{20};
constexpr std::chrono::seconds kPatienceOfRank0{6};
constexpr std::chrono::seconds kPatienceOfOthers{9};
constexpr std::chrono::seconds kPatienceWithLauncher{3};

Status Check(int code) {
  if (code == MPI_SUCCESS) return {};
  char text[MPI_MAX_ERROR_STRING];
  int size = 0;
  MPI_Error_string(code, text, &size);
  return Status::Failure("MPI: " + std::string(text, static_cast<std::size_t>(size)));
}

// Naps that grow with the time waited: short waits end soon, long ones cost next to nothing. MPI
// moves data only while it is asked, so many bytes keep them short for longer.
class Naps {
 public:
  explicit Naps(std::size_t bytes) : short_left_(bytes / kBytesANap) {}

  void Take() {
    std::this_thread::sleep_for(length_);
    if (short_left_ > 0) {
      --short_left_;
    } else {
      length_ = std::min(kLongestNap, length_ + length_ / 8);
    }
  }

 private:
  static constexpr std::size_t kBytesANap = std::size_t{1} << 13;

  std::size_t short_left_;
  std::chrono::microseconds length_ = kShortestNap;
};

// Buffers of calls that were given up.
std::deque<std::shared_ptr<const void>>& Abandoned() {
  static auto* const buffers = new std::deque<std::shared_ptr<const void>>();
  return *buffers;
}

class MpiGroup : public ProcessGroup {
 public:
  // Takes over the communicator. A group with an error fails in every call.
  MpiGroup(MPI_Comm comm, Status status) : comm_(comm), status_(std::move(status)) {
    if (!status_.ok()) return;
    MPI_Comm_set_errhandler(comm_, MPI_ERRORS_RETURN);
    MPI_Comm_rank(comm_, &rank_);
    MPI_Comm_size(comm_, &size_);
  }
  ~MpiGroup() override {
    for (StartedSum& sum : started_) Abandoned().push_back(std::move(sum.values));
    if (status_.ok() && started_.empty()) MPI_Comm_free(&comm_);
  }

  int rank() const override { return rank_; }
  int size() const override { return size_; }
  Result<std::vector<std::string>> AllGather(const std::string& mine) override;
  Status Sum(std::span<Count> values) override { return SumAs(values, MPI_INT64_T); }
  Status Sum(std::span<double> values) override { return SumAs(values, MPI_DOUBLE); }
  void StartSum(std::vector<Count> values) override;
  Result<std::vector<Count>> FinishSum() override;
  void Progress() override;
  std::unique_ptr<ProcessGroup> Split(bool member) override;

 private:
  struct StartedSum {
    std::shared_ptr<std::vector<Count>> values;
    MPI_Request request = MPI_REQUEST_NULL;
    Status status;
  };

  // Waits for the call that start(&request) makes. `buffers` are those it uses, of so many bytes.
  template <typename Start>
  Status Run(std::shared_ptr<const void> buffers, std::size_t bytes, Start start) {
    LIGHTLDA_RETURN_IF_ERROR(status_);
    MPI_Request request = MPI_REQUEST_NULL;
    status_ = Check(start(&request));
    return status_.ok() ? Wait(&request, std::move(buffers), bytes) : status_;
  }
  Status Wait(MPI_Request* request, std::shared_ptr<const void> buffers, std::size_t bytes);
  template <typename T>
  Status SumAs(std::span<T> values, MPI_Datatype type);

  MPI_Comm comm_;
  Status status_;
  int rank_ = 0;
  int size_ = 0;
  std::deque<StartedSum> started_;
};

Status MpiGroup::Wait(MPI_Request* request, std::shared_ptr<const void> buffers,
                      std::size_t bytes) {
  for (Naps naps(bytes); status_.ok(); naps.Take()) {
    // Asked first: what is complete by then counts, whatever has become of the job since.
    const Status watched = Watch();
    int done = 0;
    status_ = Check(MPI_Test(request, &done, MPI_STATUS_IGNORE));
    if (status_.ok() && done != 0) return {};
    if (status_.ok()) status_ = watched;
  }
  Abandoned().push_back(std::move(buffers));
  return status_;
}

Result<std::vector<std::string>> MpiGroup::AllGather(const std::string& mine) {
  const auto ranks = static_cast<std::size_t>(size_);
  const auto sizes = std::make_shared<std::vector<std::int64_t>>(ranks);
  (*sizes)[static_cast<std::size_t>(rank_)] = static_cast<std::int64_t>(mine.size());
  LIGHTLDA_RETURN_IF_ERROR(Run(sizes, 0, [&](MPI_Request* request) {
    return MPI_Iallgather(MPI_IN_PLACE, 0, MPI_INT64_T, sizes->data(), 1, MPI_INT64_T, comm_,
                          request);
  }));
  struct Parts {
    std::vector<int> sizes, begins;
    std::string bytes;
  };
  const auto parts = std::make_shared<Parts>();
  std::int64_t total = 0;
  for (const std::int64_t size : *sizes) {
    if (size > INT_MAX - total) {
      return Status::Failure("the processes would exchange 2 GiB or more at once");
    }
    parts->sizes.push_back(static_cast<int>(size));
    parts->begins.push_back(static_cast<int>(total));
    total += size;
  }
  parts->bytes.resize(static_cast<std::size_t>(total));
  const auto self = static_cast<std::size_t>(rank_);
  std::copy(mine.begin(), mine.end(), parts->bytes.begin() + parts->begins[self]);
  LIGHTLDA_RETURN_IF_ERROR(Run(parts, parts->bytes.size(), [&](MPI_Request* request) {
    return MPI_Iallgatherv(MPI_IN_PLACE, 0, MPI_BYTE, parts->bytes.data(), parts->sizes.data(),
                           parts->begins.data(), MPI_BYTE, comm_, request);
  }));
  std::vector<std::string> all;
  for (std::size_t r = 0; r < ranks; ++r) {
    all.push_back(parts->bytes.substr(static_cast<std::size_t>(parts->begins[r]),
                                      static_cast<std::size_t>(parts->sizes[r])));
  }
  return all;
}

template <typename T>
Status MpiGroup::SumAs(std::span<T> values, MPI_Datatype type) {
  constexpr std::size_t kPiece = std::size_t{1} << 24;  // MPI counts with int
  for (std::size_t begin = 0; begin < values.size(); begin += kPiece) {
    const std::span<T> piece = values.subspan(begin, std::min(kPiece, values.size() - begin));
    const auto copy = std::make_shared<std::vector<T>>(piece.begin(), piece.end());
    LIGHTLDA_RETURN_IF_ERROR(Run(copy, piece.size_bytes(), [&](MPI_Request* request) {
      return MPI_Iallreduce(MPI_IN_PLACE, copy->data(), static_cast<int>(copy->size()), type,
                            MPI_SUM, comm_, request);
    }));
    std::copy(copy->begin(), copy->end(), piece.begin());
  }
  return {};
}

void MpiGroup::StartSum(std::vector<Count> values) {
  StartedSum& sum = started_.emplace_back();
  sum.values = std::make_shared<std::vector<Count>>(std::move(values));
  sum.status = status_;
  if (!status_.ok()) return;
  sum.status =
      Check(MPI_Iallreduce(MPI_IN_PLACE, sum.values->data(), static_cast<int>(sum.values->size()),
                           MPI_INT64_T, MPI_SUM, comm_, &sum.request));
}

Result<std::vector<Count>> MpiGroup::FinishSum() {
  StartedSum sum = std::move(started_.front());
  started_.pop_front();
  LIGHTLDA_RETURN_IF_ERROR(sum.status);
  LIGHTLDA_RETURN_IF_ERROR(Wait(&sum.request, sum.values, 0));
  return std::move(*sum.values);
}

void MpiGroup::Progress() {
  // A test of any request helps all of them along, but for one that was found complete before: that
  // is null by now, and a test of it does nothing.
  const auto pending = std::ranges::find_if(started_, [](const StartedSum& sum) {
    return sum.status.ok() && sum.request != MPI_REQUEST_NULL;
  });
  if (pending == started_.end() || !status_.ok()) return;
  int done = 0;
  pending->status = Check(MPI_Test(&pending->request, &done, MPI_STATUS_IGNORE));
}

std::unique_ptr<ProcessGroup> MpiGroup::Split(bool member) {
  // MPI_Comm_split waits without sleep, so it is called when all are there.
  Status status =
      Run(nullptr, 0, [&](MPI_Request* request) { return MPI_Ibarrier(comm_, request); });
  MPI_Comm part = MPI_COMM_NULL;
  if (status.ok()) {
    status = Check(MPI_Comm_split(comm_, member ? 1 : MPI_UNDEFINED, rank_, &part));
  }
  if (!member) return nullptr;
  return std::make_unique<MpiGroup>(part, std::move(status));
}

// The number of processes that the launcher says it started; 1 without a launcher.
int LaunchedProcesses() {
  for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"}) {
    if (const char* const text = std::getenv(name)) return std::atoi(text);
  }
  // Slurm's PMIx tells the rank alone.
  if (std::getenv("PMIX_RANK") != nullptr || std::getenv("PMI_RANK") != nullptr) return 2;
  return 1;
}

// As in MpiSession::Start. What the system refuses stays as it was.
void PrepareProcess() {
  // On one host MPI has no use for a port, on which it would listen to anybody.
  const char* const local = std::getenv("OMPI_COMM_WORLD_LOCAL_SIZE");
  if (local != nullptr && std::atoi(local) == LaunchedProcesses()) {
    ::setenv("OMPI_MCA_btl", "self,vader", /*overwrite=*/0);
  }
  const pid_t launcher = ::getppid();
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != launcher) ::raise(SIGKILL);  // it died before it was watched
  rlimit limit;
  if (::getrlimit(RLIMIT_CORE, &limit) == 0) {
    limit.rlim_cur = 0;
    (void)::setrlimit(RLIMIT_CORE, &limit);
  }
}

// Outcomes by how bad they are, so that the greatest is that of the job. Exit code 75 says "all is
// saved", which is not so if any process failed; 1 says less than the codes with a meaning.
constexpr std::array kBySeverity = {
    StatusCode::kOk,        StatusCode::kStopped,     StatusCode::kFailure,
    StatusCode::kCancelled, StatusCode::kPeerLost,    StatusCode::kOutOfMemory,
    StatusCode::kUsage,     StatusCode::kCannotWrite, StatusCode::kBadInput};

int Severity(StatusCode code) {
  return static_cast<int>(std::find(kBySeverity.begin(), kBySeverity.end(), code) -
                          kBySeverity.begin());
}
bool IsFailure(StatusCode code) { return Severity(code) > Severity(StatusCode::kStopped); }

// Collective: replaces the values by the greatest of all. False if not all come in time.
bool EverybodysGreatest(std::span<int> values, Clock::duration patience) {
  const auto deadline = Clock::now() + patience;
  MPI_Request request = MPI_REQUEST_NULL;
  Status status = Check(MPI_Iallreduce(MPI_IN_PLACE, values.data(), static_cast<int>(values.size()),
                                       MPI_INT, MPI_MAX, MPI_COMM_WORLD, &request));
  for (Naps naps(0); status.ok() && Clock::now() < deadline; naps.Take()) {
    int done = 0;
    status = Check(MPI_Test(&request, &done, MPI_STATUS_IGNORE));
    if (done != 0) return status.ok();
  }
  return false;
}

void Complain(int rank, const std::string& why) {
  std::fprintf(stderr, "lightlda: error: rank %d on host %s: %s\n", rank,
               Printable(HostName()).c_str(), Printable(why).c_str());
}

}  // namespace

Result<std::unique_ptr<MpiSession>> MpiSession::Start(int* argc, char*** argv) {
  std::unique_ptr<MpiSession> session(new MpiSession());
  session->all_ = std::make_unique<SoloGroup>();
  if (LaunchedProcesses() < 2) return session;
  // Its own, MPI's, and the sockets between processes: measured, 26 and 3 per process.
  LIGHTLDA_RETURN_IF_ERROR(RaiseFileLimit(64 + 4 * LaunchedProcesses()));
  PrepareProcess();
  int provided = 0;
  {
    const SignalsBlocked blocked;  // MPI's threads take none; what comes now waits
    LIGHTLDA_RETURN_IF_ERROR(Check(MPI_Init_thread(argc, argv, MPI_THREAD_FUNNELED, &provided)));
  }
  if (provided < MPI_THREAD_FUNNELED) {
    return Status::Failure("this MPI library does not work with threads");
  }
  // World itself stays for End: calls that were given up are pending on its copies alone.
  MPI_Comm copy = MPI_COMM_NULL;
  Status status = Check(MPI_Comm_dup(MPI_COMM_WORLD, &copy));
  LIGHTLDA_RETURN_IF_ERROR(status);
  session->all_ = std::make_unique<MpiGroup>(copy, std::move(status));
  session->launched_ = true;
  return session;
}

int MpiSession::End(const Status& outcome) {
  if (!launched_) return outcome.exit_code();
  const int rank = all_->rank();
  all_.reset();
  if (outcome.code() == StatusCode::kPeerLost) LeaveJob(outcome.exit_code(), kPatienceWithLauncher);
  const bool failed = IsFailure(outcome.code());
  const int severity = Severity(outcome.code());
  // The worst of all, what rank 0 has reported, and whether a call of any is still pending.
  int greatest[] = {severity, rank == 0 ? severity : 0, Abandoned().empty() ? 0 : 1};
  const auto patience = !failed ? kPatience : rank == 0 ? kPatienceOfRank0 : kPatienceOfOthers;
  if (!EverybodysGreatest(greatest, patience)) {
    if (!failed) Complain(rank, "other processes do not come to an end");
    if (failed && rank != 0) Complain(rank, outcome.message());
    const int code = failed ? outcome.exit_code() : 1;
    LeaveJobSoon(code, kPatienceWithLauncher);
    MPI_Abort(MPI_COMM_WORLD, code);
  }
  const StatusCode worst = kBySeverity[static_cast<std::size_t>(greatest[0])];
  const StatusCode reported = kBySeverity[static_cast<std::size_t>(greatest[1])];
  if (failed && !IsFailure(reported)) Complain(rank, outcome.message());
  if (greatest[2] == 0) MPI_Finalize();
  return ExitCode(worst);
}

}  // namespace lightlda
