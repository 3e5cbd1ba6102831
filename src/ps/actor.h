// What workers' clients and server shards have in common: peers, liveness, and how a job fails.
//
// An actor is a state machine. Whoever runs it gives it messages and time and a transport to send
// by; it owns no thread, socket or clock, so that tests run whole clusters in one thread on virtual
// time. Every link is watched: a peer from which nothing is heard for stall_timeout is lost, which
// ends the job on every actor with one error that names it.
#ifndef LIGHTLDA_PS_ACTOR_H_
#define LIGHTLDA_PS_ACTOR_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lightlda/status.h"
#include "net/clock.h"
#include "net/message.h"
#include "net/transport.h"
#include "ps/job.h"
#include "ps/reliable_link.h"

namespace lightlda {

struct ActorStats {
  LinkStats links;                   // summed
  std::uint64_t received_bytes = 0;  // headers and payloads of checked messages
  std::uint64_t malformed = 0;       // dropped: not a message of ours
  std::uint64_t foreign = 0;         // dropped: of another job, incarnation, or for another actor
};

// Not thread-safe: ActorLoop adds the lock.
class Actor {
 public:
  virtual ~Actor() = default;
  Actor(const Actor&) = delete;
  Actor& operator=(const Actor&) = delete;

  // Takes in a message as it came from the network: safe on any bytes.
  void OnMessage(Route from, std::span<const std::uint8_t> header, Payload payload, TimePoint now);
  // Looks at the deadlines, then sends what is due. To be called after every Poll.
  void Advance(TimePoint now, Transport* transport);
  // When Advance has to be called next.
  TimePoint NextWake() const;

  // Whether there may be something to send since the last Advance: NextWake may be earlier now.
  bool touched() const { return touched_; }

  // Ends the job on all actors. The first reason stays.
  void Fail(Status why);
  // The error, once the job has failed, here or elsewhere.
  const Status& status() const { return status_; }
  // Nothing is left to do: all is done and acknowledged, or the failure has been told.
  bool finished() const { return finished_; }

  ActorStats stats() const;

 protected:
  struct Peer {
    Peer(ActorId peer_id, const JobOptions* options, TimePoint now)
        : id(peer_id), link(options), heard_at(now) {}

    ActorId id;
    ReliableLink link;
    Route route = 0;
    bool has_route = false;                      // not before the first message, at a shard
    bool expected = true;                        // its silence is an error
    bool heard = false;                          // ever
    bool in_doubt = false;                       // a notice says so
    TimePoint unreachable_since = kNever;        // awake time
    TimePoint heard_at;                          // awake time
    TimePoint abort_told_at = TimePoint::min();  // awake time
  };

  // peers: those on the other side. `job` has to be valid (Job::Validate).
  // Its time begins at `now`.
  Actor(std::shared_ptr<const Job> job, ActorId self, std::vector<ActorId> peers, TimePoint now);

  // The next message of a peer in order. An error ends the job; it names the peer by itself. Where
  // std::bad_alloc is thrown the error names this actor.
  virtual Status OnDelivered(std::size_t peer, const MessageHeader& header, Payload payload) = 0;
  // Deadlines of the role. `awake` is time without the spans in which this process was stopped.
  virtual Status OnTick(TimePoint awake) = 0;
  // Everything is done.
  virtual bool Complete(TimePoint awake) const = 0;
  // What a peer was last known to have reached, for messages: "last clock 7"; may be empty.
  virtual std::string Progress(std::size_t peer) const = 0;

  void Enqueue(std::size_t peer, MessageHeader header, Payload payload);

  const Job& job() const { return *job_; }
  ActorId self() const { return self_; }
  std::size_t num_peers() const { return peers_.size(); }
  Peer& peer(std::size_t i) { return peers_[i]; }
  const Peer& peer(std::size_t i) const { return peers_[i]; }
  // Of the last Advance.
  TimePoint awake_now() const { return awake_now_; }

 private:
  // The peer that sent a well-formed message of this job; null, and counted, otherwise.
  Peer* FindSender(const MessageHeader& header);
  void Drop(std::uint64_t* counter, std::string_view why);
  void TakeTime(TimePoint now);
  void CheckSilence();
  void CheckEnded();
  void Lose(std::size_t peer, const std::string& why);
  // What follows from whether a message to the peer was taken by the network.
  void NoteReach(Peer* peer, bool sent);
  void Notice(PeerNotice::Kind kind, const Peer& peer);
  void TellFailure(Transport* transport);
  void Send(Peer* to, MessageHeader header, const Payload& payload, Transport* transport,
            bool* sent);

  std::shared_ptr<const Job> job_;
  ActorId self_;
  std::vector<Peer> peers_;
  Status status_;
  std::optional<ActorId>
      lost_;  // the actor that is the reason of status_, if it is one that was lost
  bool finished_ = false;
  bool touched_ = false;
  TimePoint last_advance_;
  Duration stopped_for_ = Duration::zero();
  TimePoint awake_now_;
  TimePoint failed_at_ = TimePoint::zero();
  Payload failure_;
  std::vector<ReliableLink::Message> delivered_;
  ActorStats stats_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_PS_ACTOR_H_
