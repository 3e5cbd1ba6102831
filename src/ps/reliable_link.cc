// Windows, numbers and timers.
//
// What is overdue is all sent again, not the first message alone: ZeroMQ loses nothing while a
// connection lives, and when one is cut everything in it is lost at once. The time after which a
// message is overdue follows the measured round trip (four times its running mean, within
// [min_resend, max_resend]) and doubles while nothing comes back.
#include "ps/reliable_link.h"

#include <algorithm>
#include <string>

namespace lightlda {
namespace {

constexpr Duration kRetryWhenFull = std::chrono::milliseconds(10);
constexpr int kRttsToResend = 4;
constexpr int kRttSmoothing = 8;

}  // namespace

void ReliableLink::Enqueue(MessageHeader header, Payload payload) {
  header.sequence = next_sequence_++;
  unacked_.push_back({header, std::move(payload), TimePoint::zero(), 0});
}

Status ReliableLink::TakeAck(std::uint64_t ack, TimePoint now) {
  const std::uint64_t sent = acked_ + num_sent_;
  if (ack > sent) {
    return Status::Failure("acknowledges message " + std::to_string(ack) + " of " +
                           std::to_string(sent));
  }
  if (ack <= acked_) return {};
  for (; acked_ < ack; ++acked_) {
    const Outgoing& message = unacked_.front();
    // The round trip of a message sent twice is not known: which one was answered?
    if (message.sends == 1) {
      const Duration rtt = now - message.sent_at;
      smoothed_rtt_ = smoothed_rtt_ == Duration::zero()
                          ? rtt
                          : smoothed_rtt_ + (rtt - smoothed_rtt_) / kRttSmoothing;
    }
    bytes_in_flight_ -= message.payload.bytes.size();
    --num_sent_;
    unacked_.pop_front();
  }
  rto_ = std::clamp(kRttsToResend * smoothed_rtt_, options_->min_resend, options_->max_resend);
  return {};
}

Status ReliableLink::OnReceive(const MessageHeader& header, Payload payload, TimePoint now,
                               std::vector<Message>* deliver) {
  LIGHTLDA_RETURN_IF_ERROR(TakeAck(header.ack, now));
  if (header.sequence == 0) return {};
  ack_due_ = true;
  if (header.sequence <= received_ || held_.count(header.sequence) != 0) {
    ++stats_.duplicates;
    return {};
  }
  if (header.sequence > received_ + options_->window_messages) {
    ++stats_.beyond_window;
    return {};
  }
  held_.emplace(header.sequence, Message(header, std::move(payload)));
  for (auto next = held_.begin(); next != held_.end() && next->first == received_ + 1;) {
    deliver->push_back(std::move(next->second));
    next = held_.erase(next);
    ++received_;
  }
  return {};
}

bool ReliableLink::FitsWindow(const Outgoing& message) const {
  if (num_sent_ == 0) return true;
  return num_sent_ < options_->window_messages &&
         bytes_in_flight_ + message.payload.bytes.size() <= options_->window_bytes;
}

bool ReliableLink::Emit(MessageHeader header, const Payload& payload, TimePoint now,
                        const SendFunction& send) {
  header.ack = received_;
  if (!send(header, payload)) {
    retry_at_ = now + kRetryWhenFull;
    return false;
  }
  ack_due_ = false;
  last_sent_ = now;
  ++stats_.sent_messages;
  stats_.sent_bytes += kHeaderBytes + payload.bytes.size();
  return true;
}

bool ReliableLink::SendOne(Outgoing* message, TimePoint now, const SendFunction& send) {
  if (!Emit(message->header, message->payload, now, send)) return false;
  message->sent_at = now;
  ++message->sends;
  return true;
}

void ReliableLink::Flush(TimePoint now, const SendFunction& send) {
  if (now < retry_at_) return;
  bool resent = false;
  for (std::size_t i = 0; i < num_sent_; ++i) {
    Outgoing& message = unacked_[i];
    if (now - message.sent_at < rto_) continue;
    if (!SendOne(&message, now, send)) return;
    ++stats_.resent_messages;
    resent = true;
  }
  if (resent) rto_ = std::min(2 * rto_, options_->max_resend);
  while (num_sent_ < unacked_.size() && FitsWindow(unacked_[num_sent_])) {
    Outgoing& message = unacked_[num_sent_];
    if (!SendOne(&message, now, send)) return;
    bytes_in_flight_ += message.payload.bytes.size();
    ++num_sent_;
  }
  if (ack_due_ || last_sent_ == TimePoint::min() || now - last_sent_ >= options_->heartbeat) {
    Emit(MessageHeader{}, Payload{}, now, send);
  }
}

TimePoint ReliableLink::NextWake() const {
  if (ack_due_ || last_sent_ == TimePoint::min()) return std::max(TimePoint::zero(), retry_at_);
  if (num_sent_ < unacked_.size() && FitsWindow(unacked_[num_sent_])) return retry_at_;
  TimePoint wake = last_sent_ + options_->heartbeat;
  for (std::size_t i = 0; i < num_sent_; ++i) {
    wake = std::min(wake, unacked_[i].sent_at + rto_);
  }
  return std::max(wake, retry_at_);
}

}  // namespace lightlda
