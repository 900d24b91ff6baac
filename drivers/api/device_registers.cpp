// SPDX-License-Identifier: Apache-2.0
// What the driver does with a device's registers: identify, enable, reset, count, configure.
#include <array>
#include <cstdio>
#include <utility>

#include "drivers/abi/contract.h"
#include "drivers/abi/geometry.h"
#include "drivers/abi/registers.h"
#include "drivers/api/device.h"

namespace photic::api {
namespace {

std::string hex(uint32_t value) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "0x%08X", value);
  return text.data();
}

constexpr uint32_t low_word(uint64_t value) {
  return static_cast<uint32_t>(value);
}
constexpr uint32_t high_word(uint64_t value) {
  return static_cast<uint32_t>(value >> 32);
}

}  // namespace

uint32_t Device::read_register(uint32_t offset) {
  return transport_->read32(offset);
}

// The halves are two reads: taken again until the high word stood still.
uint64_t Device::read_wide(uint32_t offset) {
  uint32_t high = read_register(offset + 4);
  while (true) {
    const uint32_t low = read_register(offset);
    const uint32_t again = read_register(offset + 4);
    if (again == high) {
      return uint64_t{high} << 32 | low;
    }
    high = again;
  }
}

void Device::identify() {
  const uint32_t magic = read_register(abi::SHELL_MAGIC);
  if (magic != abi::SHELL_MAGIC_RESET) {
    throw Error(abi::Status::CONTRACT_MISMATCH,
                "'" + description().target + "' is no Photic device: its MAGIC register reads " + hex(magic) +
                    " where " + hex(abi::SHELL_MAGIC_RESET) + " belongs; check the address");
  }
  identity_.contract = read_register(abi::SHELL_CONTRACT);
  identity_.version = read_register(abi::SHELL_VERSION);
  if (identity_.contract != abi::kContractHash) {
    throw Error(abi::Status::CONTRACT_MISMATCH,
                "'" + description().target + "' was built from specification " + hex(identity_.contract) +
                    ", this driver from " + hex(abi::kContractHash) + "; build both from the same sources");
  }
  identity_.kind = abi::SHELL_KIND_VALUE.get(read_register(abi::SHELL_KIND));
  identity_.geometry = abi::SHELL_GEOMETRY_PRESET.get(read_register(abi::SHELL_GEOMETRY));
  identity_.clock_khz = read_register(abi::SHELL_CLOCK);
  const uint32_t limits = read_register(abi::SHELL_LIMITS);
  identity_.queues = abi::SHELL_LIMITS_QUEUES.get(limits);
  identity_.ring_log2_max = abi::SHELL_LIMITS_RING_LOG2.get(limits);
  const uint32_t mirrors = read_register(abi::OPU_MIRRORS);
  identity_.mirror_rows = abi::OPU_MIRRORS_ROWS.get(mirrors);
  identity_.mirror_cols = abi::OPU_MIRRORS_COLS.get(mirrors);
  const uint32_t pixels = read_register(abi::OPU_PIXELS);
  identity_.pixel_rows = abi::OPU_PIXELS_ROWS.get(pixels);
  identity_.pixel_cols = abi::OPU_PIXELS_COLS.get(pixels);
  if (identity_.is(abi::DeviceKind::SPU)) {
    identity_.spu = read_spu_sizes();
  }
  if (identity_.queues == 0 || identity_.queues > abi::kQueues || identity_.ring_log2_max == 0 ||
      identity_.ring_log2_max > abi::kRingLog2Max) {
    throw Error(abi::Status::PROTOCOL_ERROR,
                "'" + description().target + "' reports LIMITS " + hex(limits) +
                    ", which its own contract does not allow; the endpoint is defective");
  }
  slots_.resize(identity_.queues);
}

abi::SpuPreset Device::read_spu_sizes() {
  abi::SpuPreset sizes{};
  const uint32_t mesh = read_register(abi::SPU_MESH);
  sizes.mesh_cols = abi::SPU_MESH_COLS.get(mesh);
  sizes.mesh_rows = abi::SPU_MESH_ROWS.get(mesh);
  sizes.lanes = abi::SPU_MESH_LANES.get(mesh);
  sizes.slots = abi::SPU_MESH_SLOTS.get(mesh);
  const uint32_t core = read_register(abi::SPU_CORE);
  sizes.neurons = abi::SPU_CORE_NEURONS.get(core);
  sizes.axons = abi::SPU_CORE_AXONS.get(core);
  const uint32_t memory = read_register(abi::SPU_MEMORY);
  sizes.synapse_words = abi::SPU_MEMORY_SYNAPSE_WORDS.get(memory);
  sizes.walks = abi::SPU_MEMORY_WALKS.get(memory);
  const uint32_t fanout = read_register(abi::SPU_FANOUT);
  sizes.fanout_words = abi::SPU_FANOUT_WORDS.get(fanout);
  sizes.io_fanout_words = abi::SPU_FANOUT_IO_WORDS.get(fanout);
  const uint32_t io = read_register(abi::SPU_IO);
  sizes.inputs = abi::SPU_IO_INPUTS.get(io);
  sizes.outputs = abi::SPU_IO_OUTPUTS.get(io);
  return sizes;
}

void Device::enable() {
  transport_->write32(abi::SHELL_IRQ_ENABLE,
                      abi::SHELL_IRQ_ENABLE_QUEUE.mask() | abi::SHELL_IRQ_ENABLE_ERROR.mask());
  transport_->write32(abi::SHELL_CONTROL, abi::SHELL_CONTROL_ENABLE.mask());
}

void Device::enable_queue(const Queue& queue) {
  const uint32_t q = queue.index();
  transport_->write32(abi::QUEUE_CONTROL(q), 0);
  transport_->write32(abi::QUEUE_SQ_BASE_LO(q), low_word(queue.submission_address()));
  transport_->write32(abi::QUEUE_SQ_BASE_HI(q), high_word(queue.submission_address()));
  transport_->write32(abi::QUEUE_CQ_BASE_LO(q), low_word(queue.completion_address()));
  transport_->write32(abi::QUEUE_CQ_BASE_HI(q), high_word(queue.completion_address()));
  transport_->write32(abi::QUEUE_SQ_TAIL(q), 0);
  transport_->write32(abi::QUEUE_CQ_HEAD(q), 0);
  transport_->write32(abi::QUEUE_CONTROL(q), abi::QUEUE_CONTROL_ENABLE.set(1) |
                                                 abi::QUEUE_CONTROL_SIZE_LOG2.set(queue.log2_entries()));
}

// Until the device has answered, it stays lost: nothing is submitted and no completion is taken. A
// function-level reset ends the device's bus transactions before it returns, and drops register writes not
// yet taken. So the rings are wiped when nobody writes to them, and no completion of the time before is left
// in them or can still arrive: the commands of the time after find them as a new queue does.
void Device::reset() {
  const std::lock_guard one_at_a_time(reset_mutex_);
  Lock lock(mutex_);
  harvest();
  if (!lost_) {
    lose("reset");
    --health_.losses;
  }
  ++epoch_;
  wake();
  notify_watchers(lock);
  // Not with the lock: other threads' waits are bounded by what they asked for.
  lock.unlock();
  std::optional<Error> refusal;
  try {
    transport_->reset();
  } catch (const Error& error) {
    refusal = error;
  }
  lock.lock();
  if (refusal) {
    lost_ = Error(refusal->status(), std::string(refusal->what()));
    throw *refusal;
  }
  try {
    restore();
  } catch (const Error& error) {
    lost_ = Error(error.status(), std::string(error.what()));
    throw;
  }
  ++health_.resets;
}

// Brings queues and addresses back once the device is as after power-on.
void Device::restore() {
  for (const auto& [address, size] : std::exchange(retired_, {})) {
    addresses_.give_back(address, size);
  }
  for (QueueSlot& slot : slots_) {
    if (slot.quarantine) {
      let_go(slot);
    }
    QueueSlot fresh;
    fresh.queue = slot.queue;
    fresh.unwanted = slot.unwanted;
    slot = fresh;
    if (slot.queue) {
      slot.queue->wipe();
      enable_queue(*slot.queue);
    }
  }
  enable();
  lost_.reset();
  silence_ = {};
  heartbeat_ = transport_->heartbeat();
}

std::vector<Counter> Device::counters() {
  std::vector<Counter> counters;
  for (const abi::RegisterInfo& info : abi::kRegisters) {
    if (info.counter && abi::has_register(static_cast<abi::DeviceKind>(identity_.kind), info)) {
      counters.push_back(
          {info.name, info.description, info.wide ? read_wide(info.offset) : read_register(info.offset)});
    }
  }
  return counters;
}

// Writes are posted: reads until the device has taken this one.
void Device::write_settled(uint32_t offset, uint32_t value) {
  transport_->write32(offset, value);
  const auto deadline = Clock::now() + stall_;
  while (read_register(offset) != value) {
    if (Clock::now() >= deadline) {
      throw Error(abi::Status::DEVICE_LOST, "register " + hex(offset) + " did not take " + hex(value) +
                                                " within " + std::to_string(stall_.count()) +
                                                " ms; reset the device");
    }
    std::this_thread::sleep_for(std::chrono::microseconds(100));
  }
}

void Device::need_kind(abi::DeviceKind kind) const {
  if (!identity_.is(kind)) {
    const std::string wanted(abi::name(kind));
    throw Error(abi::Status::UNSUPPORTED,
                "'" + description().target + "' is no " + wanted + " but of kind " +
                    std::string(abi::name(static_cast<abi::DeviceKind>(identity_.kind))) + "; open an " +
                    wanted + " for this");
  }
}

// What a command reads at its start changes only while there is none.
void Device::check_idle(Lock& lock) {
  harvest();
  notify_watchers(lock);
  check_not_lost();
  if (in_flight_ > 0) {
    throw Error(abi::Status::BUSY, std::to_string(in_flight_) +
                                       " commands are in flight; wait for them before changing the set-up");
  }
}

void Device::configure(const OpuSettings& settings) {
  need_kind(abi::DeviceKind::OPU);
  const auto fits = [](const char* name, uint32_t value, abi::Field field) {
    if (field.get(field.set(value)) != value) {
      throw Error(abi::Status::INVALID_ARGUMENT, std::string(name) + " = " + std::to_string(value) +
                                                     " does not fit its " + std::to_string(field.width) +
                                                     " bits");
    }
    return field.set(value);
  };
  const uint32_t laser = fits("laser_power", settings.laser_power, abi::OPU_LASER_POWER) |
                         fits("laser_shift", settings.laser_shift, abi::OPU_LASER_SHIFT);
  const uint32_t camera = fits("adc_bits", settings.adc_bits, abi::OPU_CAMERA_ADC_BITS);
  Lock lock(mutex_);
  check_idle(lock);
  write_settled(abi::OPU_LASER, laser);
  write_settled(abi::OPU_CAMERA, camera);
}

OpuSettings Device::settings() {
  need_kind(abi::DeviceKind::OPU);
  const uint32_t laser = read_register(abi::OPU_LASER);
  const uint32_t camera = read_register(abi::OPU_CAMERA);
  return {abi::OPU_LASER_POWER.get(laser), abi::OPU_LASER_SHIFT.get(laser),
          abi::OPU_CAMERA_ADC_BITS.get(camera)};
}

void Device::set_seed(uint32_t seed) {
  need_kind(abi::DeviceKind::SPU);
  Lock lock(mutex_);
  check_idle(lock);
  write_settled(abi::SPU_SEED, abi::SPU_SEED_VALUE.set(seed));
}

uint32_t Device::seed() {
  need_kind(abi::DeviceKind::SPU);
  return abi::SPU_SEED_VALUE.get(read_register(abi::SPU_SEED));
}

}  // namespace photic::api
