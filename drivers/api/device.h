// SPDX-License-Identifier: Apache-2.0
// An open device: its queues, buffers and commands, and the one path by which every thread waits for them.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "drivers/abi/geometry.h"
#include "drivers/api/event.h"
#include "drivers/api/memory.h"
#include "drivers/api/photic.h"
#include "drivers/api/queue_slot.h"
#include "drivers/transport/error.h"
#include "drivers/transport/transport.h"

namespace photic::api {

using transport::Clock;
using transport::Error;

/// What a device says of itself in its registers.
struct Identity {
  uint32_t kind = 0;
  uint32_t geometry = 0;
  uint32_t mirror_rows = 0;
  uint32_t mirror_cols = 0;
  uint32_t pixel_rows = 0;
  uint32_t pixel_cols = 0;
  abi::SpuPreset spu{};  ///< The sizes an SPU reports; all 0 on other kinds.
  uint32_t clock_khz = 0;
  uint32_t queues = 0;
  uint32_t ring_log2_max = 0;
  uint32_t contract = 0;
  uint32_t version = 0;

  bool is(abi::DeviceKind which) const { return kind == static_cast<uint32_t>(which); }
};

/// An event of some device, as a dependency or something to wait for.
struct EventRef {
  std::shared_ptr<Device> device;
  std::shared_ptr<Event> event;
};

/// Light and camera set-up of an OPU.
struct OpuSettings {
  uint32_t laser_power = 0;
  uint32_t laser_shift = 0;
  uint32_t adc_bits = 0;
};

struct Counter {
  std::string_view name;
  std::string_view description;
  uint64_t value = 0;
};

/// Thread-safe. Functions throw Error.
///
/// Completions are harvested by whichever thread waits; one of the waiting threads watches the transport and
/// wakes the others. When nobody waits, a service thread harvests, so that commands held back by dependencies
/// start without help.
class Device : public std::enable_shared_from_this<Device> {
 public:
  /// Opens and identifies the device; refuses one of another contract.
  static std::shared_ptr<Device> open(const std::string& uri);
  /// Takes over a connected transport.
  static std::shared_ptr<Device> open(std::unique_ptr<transport::Transport> transport,
                                      std::chrono::milliseconds stall);
  ~Device();
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  const Identity& identity() const { return identity_; }
  const transport::Description& description() const { return transport_->description(); }

  std::shared_ptr<Buffer> add_buffer(Memory memory, uint64_t size, bool imported);
  /// False, and nothing freed, while commands name it.
  bool remove_buffer(const std::shared_ptr<Buffer>& buffer);

  std::shared_ptr<Queue> create_queue(uint32_t entries);
  /// False, and nothing closed, while commands are in flight.
  bool destroy_queue(const std::shared_ptr<Queue>& queue);

  /// All of `submissions` or none. Returns their events in order.
  std::vector<std::shared_ptr<Event>> submit(Queue& queue, std::span<const abi::Submission> submissions,
                                             std::span<const EventRef> dependencies, bool wanted);

  /// Waits until `done`, called with the lock held, is true. False if `deadline` passed first.
  bool wait_until(const std::function<bool()>& done, Clock::time_point deadline);
  /// Harvests what is ready without blocking.
  void poll();
  /// What is known of a command of this device.
  photic_event_info describe(const Event& event);
  /// Status and story of the first failed command of `queue` whose event nobody asked for, once.
  std::pair<abi::Status, std::string> take_unwanted_failure(Queue& queue);

  void reset();
  /// What went wrong and was put right since the device was opened.
  photic_health health();
  /// Nothing while the device works, else how it was lost.
  std::optional<Error> loss();

  std::vector<Counter> counters();
  void configure(const OpuSettings& settings);
  OpuSettings settings();
  /// Seed of an SPU's stochastic rounding.
  void set_seed(uint32_t seed);
  uint32_t seed();
  /// Throws Error(UNSUPPORTED) unless the device is of this kind.
  void need_kind(abi::DeviceKind kind) const;

 private:
  using Lock = std::unique_lock<std::mutex>;

  Device(std::unique_ptr<transport::Transport> transport, std::chrono::milliseconds stall);
  void identify();
  abi::SpuPreset read_spu_sizes();
  void enable();
  void enable_queue(const Queue& queue);
  void restore();
  uint32_t read_register(uint32_t offset);
  uint64_t read_wide(uint32_t offset);
  void write_settled(uint32_t offset, uint32_t value);
  void check_idle(Lock& lock);

  // All below: with the lock held.
  void harvest();
  void unpin(const Command& command);
  void finish(const Command& command, abi::Status status, const std::string& reason);
  void finish_completed(Queue& queue, const abi::Completion& completion);
  void launch(Queue& queue);
  void fail_queue(Queue& queue, abi::Status status, const std::string& reason);
  void let_go(QueueSlot& slot);
  void unmap_ring(const Queue& queue);
  void lose(const Error& error);
  void lose(const std::string& reason) { lose(Error(abi::Status::DEVICE_LOST, reason)); }
  void check_life();
  void check_not_lost() const;
  bool any_ready() const;
  bool any_quarantine() const;
  bool is_suspect(const QueueSlot& slot, Clock::time_point now) const;
  bool inspection_due() const;
  void ring_again(QueueSlot& slot, const QueueBelief& belief, const std::string& wrong);
  void act_on(QueueSlot& slot, const QueueBelief& belief, const QueueSigns& signs);
  void note_interrupts(uint32_t vectors, bool silent);
  std::shared_ptr<Buffer> buffer_at(uint64_t address) const;
  void wake();

  // Release the lock while they wait for the device.
  void watch(Lock& lock, Clock::time_point deadline, bool may_help);
  void inspect(Lock& lock);
  void report_halted(Lock& lock);
  void settle(Lock& lock);
  void probe(Lock& lock);
  void notify_watchers(Lock& lock);
  void serve();

  std::unique_ptr<transport::Transport> transport_;
  const std::chrono::milliseconds stall_;
  const std::chrono::nanoseconds patience_;  // a queue without a completion for so long is suspect
  const std::chrono::nanoseconds glance_;    // between two looks at everything
  Identity identity_;

  std::mutex mutex_;
  std::condition_variable changed_;  // commands ended, or nobody watches the transport any more
  std::condition_variable service_;
  AddressAllocator addresses_;
  std::vector<QueueSlot> slots_;  // by hardware index
  std::map<uint64_t, std::shared_ptr<Buffer>> buffers_;
  std::vector<std::pair<uint64_t, uint64_t>> retired_;  // bus addresses not given out again before a reset
  std::vector<std::weak_ptr<Device>> to_notify_;
  std::optional<Error> lost_;
  uint64_t epoch_ = 0;      // resets begun: what was read of the device before one says nothing after it
  std::mutex reset_mutex_;  // one reset at a time; taken before mutex_
  photic_health health_{};
  uint64_t heartbeat_ = 0;
  Clock::duration silence_{};   // in which the driver listened, had given work and heard no heartbeat
  Clock::time_point listened_;  // last
  size_t in_ring_ = 0;
  size_t long_in_ring_ = 0;
  size_t in_flight_ = 0;
  int waiters_ = 0;
  int sleepers_ = 0;
  // A proof that the device has taken every write up to a moment: a number in its scratch register.
  struct Probe {
    uint32_t token = 0;
    Clock::time_point written;
    std::vector<std::pair<std::shared_ptr<Queue>, QueueBelief>> queues;
  };
  std::optional<Probe> probe_;
  uint32_t last_token_ = 0;
  Clock::time_point inspected_;
  bool halted_ = false;  // the device says that it gave a ring up
  uint32_t owed_ = 0;    // queues with a completion whose interrupt has not come, as vectors
  Clock::time_point owed_since_;
  bool watching_ = false;
  bool service_asleep_ = false;
  bool stop_ = false;
  std::thread service_thread_;
};

}  // namespace photic::api
