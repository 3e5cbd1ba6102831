// One end of a reliable, ordered connection between two actors over a network that may lose,
// duplicate, delay and reorder messages.
//
// Each way is numbered 1, 2, ... The receiver delivers in that order, each message once, and says
// with every message of its own up to where it has received. The sender keeps what is not
// acknowledged, at most a window of it on the wire, and sends it again when it is overdue. A pure
// state machine: it owns no socket and reads no clock.
#ifndef LIGHTLDA_PS_RELIABLE_LINK_H_
#define LIGHTLDA_PS_RELIABLE_LINK_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "lightlda/status.h"
#include "net/clock.h"
#include "net/message.h"
#include "ps/job.h"

namespace lightlda {

struct LinkStats {
  std::uint64_t sent_messages = 0;
  std::uint64_t sent_bytes = 0;  // headers and payloads, resends included
  std::uint64_t resent_messages = 0;
  std::uint64_t duplicates = 0;     // received again, dropped
  std::uint64_t beyond_window = 0;  // received too early, dropped
};

// Not thread-safe.
class ReliableLink {
 public:
  using Message = std::pair<MessageHeader, Payload>;
  // Sends one message; false if the network cannot take it now.
  using SendFunction = std::function<bool(const MessageHeader& header, const Payload& payload)>;

  // `options` must outlive the link.
  explicit ReliableLink(const JobOptions* options) : options_(options), rto_(options->min_resend) {}

  // Queues a message; it gets its number here. Takes any number of them: what waits is
  // bounded by those who call. A worker has the batches of its arena, a request per register, and
  // an empty push per slice (the next one follows an answer, which acknowledges it). A shard has
  // the answers to such requests.
  void Enqueue(MessageHeader header, Payload payload);

  // Takes in a checked message of the peer; appends to *deliver what is now next in order. Errors:
  // kFailure if the peer acknowledges what was never sent.
  Status OnReceive(const MessageHeader& header, Payload payload, TimePoint now,
                   std::vector<Message>* deliver);

  // Sends what is due: overdue messages again, new ones that fit the window, else an
  // acknowledgement or a heartbeat if one is due.
  void Flush(TimePoint now, const SendFunction& send);

  // When Flush will next have something to do.
  TimePoint NextWake() const;

  bool all_acknowledged() const { return unacked_.empty(); }
  bool ack_due() const { return ack_due_; }
  std::uint64_t bytes_in_flight() const { return bytes_in_flight_; }
  const LinkStats& stats() const { return stats_; }

 private:
  struct Outgoing {
    MessageHeader header;
    Payload payload;
    TimePoint sent_at;
    int sends = 0;
  };

  Status TakeAck(std::uint64_t ack, TimePoint now);
  bool FitsWindow(const Outgoing& message) const;
  // False if the network did not take it.
  bool SendOne(Outgoing* message, TimePoint now, const SendFunction& send);
  bool Emit(MessageHeader header, const Payload& payload, TimePoint now, const SendFunction& send);

  const JobOptions* options_;
  // Sending.
  std::deque<Outgoing> unacked_;  // the first num_sent_ have been sent
  std::size_t num_sent_ = 0;
  std::uint64_t bytes_in_flight_ = 0;
  std::uint64_t next_sequence_ = 1;
  std::uint64_t acked_ = 0;
  Duration rto_;  // how long an acknowledgement may take
  Duration smoothed_rtt_ = Duration::zero();
  TimePoint retry_at_ = TimePoint::zero();  // the network was full: not before this
  TimePoint last_sent_ = TimePoint::min();  // anything
  // Receiving.
  std::uint64_t received_ = 0;             // all up to this one
  std::map<std::uint64_t, Message> held_;  // beyond it
  bool ack_due_ = false;
  LinkStats stats_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_PS_RELIABLE_LINK_H_
