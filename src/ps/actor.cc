// Receiving, watching, sending and failing.
//
// Silence is measured in awake time. A process that was stopped (SIGSTOP, a suspended machine)
// finds on waking that it has heard nobody for minutes; that is its own doing, and what its peers
// sent meanwhile is still on its way. So a span between two Advances in which nothing could have
// been received does not count.
#include "ps/actor.h"

#include <glog/logging.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/out_of_memory.h"
#include "base/printable.h"
#include "base/progress.h"
#include "base/status_code.h"

namespace lightlda {
namespace {

constexpr std::size_t kMaxFailureText = 1000;
// For how long a peer may be out of reach before that is told: connections are made anew.
constexpr Duration kReconnecting = std::chrono::milliseconds(200);

// After how many heartbeats that have not come a silence is told of: before the launcher, too, may
// have noticed and begun to end the job.
constexpr int kMissedHeartbeats = 3;

double Seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

// An abort's payload: the code, then the message.
Payload PackFailure(const Status& why) {
  std::vector<std::uint8_t> bytes = {static_cast<std::uint8_t>(NumberOf(why.code()))};
  bytes.insert(bytes.end(), why.message().begin(), why.message().end());
  return MakePayload(std::move(bytes));
}

// A peer's failure: a code that a failure may have, and one printable line of bounded length.
Status UnpackFailure(std::span<const std::uint8_t> bytes) {
  const std::string text(
      bytes.begin() + (bytes.empty() ? 0 : 1),
      bytes.begin() + static_cast<std::ptrdiff_t>(std::min(bytes.size(), 1 + kMaxFailureText)));
  const std::optional<StatusCode> code = bytes.empty() ? std::nullopt : CodeOfNumber(bytes[0]);
  const bool is_failure = code && *code != StatusCode::kOk && *code != StatusCode::kStopped;
  return {is_failure ? *code : StatusCode::kFailure, Printable(text)};
}

}  // namespace

Actor::Actor(std::shared_ptr<const Job> job, ActorId self, std::vector<ActorId> peers,
             TimePoint now)
    : job_(std::move(job)), self_(self), last_advance_(now), awake_now_(now) {
  for (const ActorId id : peers) {
    peers_.emplace_back(id, &job_->options, now);
    if (!job_->IsWorker(id)) {
      peers_.back().route = id - job_->num_workers;
      peers_.back().has_route = true;
    }
  }
}

void Actor::Drop(std::uint64_t* counter, std::string_view why) {
  ++*counter;
  // Logged ever more seldom, so that nobody can fill a disk by sending rubbish.
  if ((*counter & (*counter - 1)) == 0) {
    LOG(WARNING) << job_->Name(self_) << ": dropped message number " << *counter << ": "
                 << Printable(why);
  }
}

Actor::Peer* Actor::FindSender(const MessageHeader& header) {
  if (header.job != job_->id) {
    Drop(&stats_.foreign, "of another job");
    return nullptr;
  }
  const auto found = std::find_if(peers_.begin(), peers_.end(),
                                  [&](const Peer& peer) { return peer.id == header.sender; });
  if (found == peers_.end() || header.receiver != self_) {
    Drop(&stats_.foreign, "from actor " + std::to_string(header.sender) + " to actor " +
                              std::to_string(header.receiver));
    return nullptr;
  }
  if (header.incarnation != job_->members[found->id].incarnation) {
    Drop(&stats_.foreign,
         "of incarnation " + std::to_string(header.incarnation) + " of " + job_->Name(found->id));
    return nullptr;
  }
  return &*found;
}

void Actor::OnMessage(Route from, std::span<const std::uint8_t> header_bytes, Payload payload,
                      TimePoint now) {
  const Result<MessageHeader> decoded = DecodeHeader(header_bytes);
  const Status valid = decoded.ok() ? CheckPayload(decoded.value(), payload) : decoded.status();
  if (!valid.ok()) return Drop(&stats_.malformed, valid.message());
  const MessageHeader& header = decoded.value();
  Peer* const sender = FindSender(header);
  if (sender == nullptr) return;
  stats_.received_bytes += kHeaderBytes + payload.bytes.size();
  sender->route = from;
  sender->has_route = true;
  sender->heard_at = now - stopped_for_;
  if (header.type == MessageType::kAbort) {
    if (!sender->expected) return;
    if (status_.ok() && header.slice > 0 && header.slice <= job_->num_actors()) {
      lost_ = header.slice - 1;
    }
    return Fail(UnpackFailure(payload.bytes));
  }
  sender->heard = true;
  if (std::exchange(sender->in_doubt, false)) Notice(PeerNotice::Kind::kHeardAgain, *sender);
  if (!status_.ok()) {
    sender->abort_told_at = TimePoint::min();  // it has not heard: tell it in the next Advance
    return;
  }
  const auto deliver = [&]() -> Status {
    delivered_.clear();
    LIGHTLDA_RETURN_IF_ERROR(sender->link.OnReceive(header, std::move(payload), now, &delivered_));
    const auto index = static_cast<std::size_t>(sender - peers_.data());
    for (ReliableLink::Message& message : delivered_) {
      LIGHTLDA_RETURN_IF_ERROR(OnDelivered(index, message.first, std::move(message.second)));
    }
    return {};
  };
  const Status outcome = CatchBadAlloc(deliver);
  if (outcome.ok()) return;
  const bool is_own = outcome.code() == StatusCode::kOutOfMemory;
  Fail(outcome.WithContext(job_->Name(is_own ? self_ : sender->id)));
}

void Actor::TakeTime(TimePoint now) {
  const Duration gap = now - last_advance_;
  if (gap > 2 * job_->options.heartbeat) stopped_for_ += gap;
  last_advance_ = now;
  awake_now_ = now - stopped_for_;
}

void Actor::CheckSilence() {
  for (std::size_t i = 0; i < peers_.size(); ++i) {
    Peer& peer = peers_[i];
    const Duration silence = awake_now_ - peer.heard_at;
    if (!peer.expected) continue;
    if (silence >= job_->options.stall_timeout) {
      return Lose(i, "not heard of for " + FormatDuration(Seconds(silence)));
    }
    const bool is_long = silence >= kMissedHeartbeats * job_->options.heartbeat;
    if (is_long && peer.heard && !std::exchange(peer.in_doubt, true)) {
      Notice(PeerNotice::Kind::kSilent, peer);
    }
  }
}

void Actor::CheckEnded() {
  for (std::size_t i = 0; i < peers_.size(); ++i) {
    const Peer& peer = peers_[i];
    const auto& has_ended = job_->members[peer.id].has_ended;
    if (!peer.expected || peer.unreachable_since == kNever || !has_ended || !has_ended()) continue;
    return Lose(i, "its process has ended");
  }
}

void Actor::Lose(std::size_t i, const std::string& why) {
  const std::string progress = Progress(i);
  lost_ = peers_[i].id;
  Fail(Status::PeerLost("lost " + job_->Name(peers_[i].id) + ": " + why +
                        (progress.empty() ? "" : ", " + progress)));
}

void Actor::NoteReach(Peer* peer, bool sent) {
  if (sent) peer->unreachable_since = kNever;
  if (sent || !peer->expected) return;
  peer->unreachable_since = std::min(peer->unreachable_since, awake_now_);
  if (peer->heard && awake_now_ - peer->unreachable_since >= kReconnecting &&
      !std::exchange(peer->in_doubt, true)) {
    Notice(PeerNotice::Kind::kClosed, *peer);
  }
}

void Actor::Notice(PeerNotice::Kind kind, const Peer& peer) {
  if (job_->on_notice) job_->on_notice({kind, peer.id, ""});
}

void Actor::Advance(TimePoint now, Transport* transport) {
  TakeTime(now);
  touched_ = false;
  if (status_.ok()) CheckSilence();
  if (status_.ok()) CheckEnded();
  if (status_.ok()) {
    if (Status status = OnTick(awake_now_); !status.ok()) Fail(std::move(status));
  }
  if (!status_.ok()) {
    TellFailure(transport);
    finished_ = awake_now_ - failed_at_ >= job_->options.linger;
    return;
  }
  bool acks_sent = true;
  for (Peer& peer : peers_) {
    if (!peer.has_route) continue;
    peer.link.Flush(now, [&](const MessageHeader& header, const Payload& payload) {
      bool sent;
      Send(&peer, header, payload, transport, &sent);
      NoteReach(&peer, sent);
      return sent;
    });
    acks_sent = acks_sent && !peer.link.ack_due();
  }
  finished_ = acks_sent && Complete(awake_now_);
}

void Actor::TellFailure(Transport* transport) {
  for (Peer& peer : peers_) {
    const bool told_lately = peer.abort_told_at != TimePoint::min() &&
                             awake_now_ - peer.abort_told_at < job_->options.heartbeat;
    if (!peer.has_route || told_lately) continue;
    MessageHeader header;
    header.type = MessageType::kAbort;
    header.slice = lost_ ? *lost_ + 1 : 0;
    bool sent;
    Send(&peer, header, failure_, transport, &sent);
    peer.abort_told_at = awake_now_;
  }
}

void Actor::Send(Peer* to, MessageHeader header, const Payload& payload, Transport* transport,
                 bool* sent) {
  header.job = job_->id;
  header.sender = self_;
  header.receiver = to->id;
  header.incarnation = job_->members[self_].incarnation;
  header.payload_bytes = static_cast<std::uint32_t>(payload.bytes.size());
  header.payload_checksum = payload.bytes.empty() ? 0 : payload.checksum;
  *sent = transport->Send(to->route, EncodeHeader(header), payload);
}

void Actor::Enqueue(std::size_t peer, MessageHeader header, Payload payload) {
  peers_[peer].link.Enqueue(header, std::move(payload));
  touched_ = true;
}

void Actor::Fail(Status why) {
  if (!status_.ok() || finished_) return;
  status_ = std::move(why);
  touched_ = true;
  failed_at_ = awake_now_;
  failure_ = PackFailure(status_);
  if (status_.code() == StatusCode::kPeerLost && job_->on_notice) {
    job_->on_notice({PeerNotice::Kind::kLost, lost_, status_.message()});
  }
  for (Peer& peer : peers_) peer.abort_told_at = TimePoint::min();
}

TimePoint Actor::NextWake() const {
  if (finished_) return kNever;
  TimePoint wake = last_advance_ + job_->options.heartbeat;
  for (const Peer& peer : peers_) {
    if (!peer.has_route) continue;
    wake = std::min(wake, status_.ok()                             ? peer.link.NextWake()
                          : peer.abort_told_at == TimePoint::min() ? TimePoint::zero()
                                                                   : wake);
  }
  return wake;
}

ActorStats Actor::stats() const {
  ActorStats stats = stats_;
  for (const Peer& peer : peers_) {
    const LinkStats& link = peer.link.stats();
    stats.links.sent_messages += link.sent_messages;
    stats.links.sent_bytes += link.sent_bytes;
    stats.links.resent_messages += link.resent_messages;
    stats.links.duplicates += link.duplicates;
    stats.links.beyond_window += link.beyond_window;
  }
  return stats;
}

}  // namespace lightlda
