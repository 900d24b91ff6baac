// SPDX-License-Identifier: Apache-2.0
// Stands between a device and its host, and between the device and host memory.
#include "drivers/transport/recording/record_port.h"

#include <exception>
#include <span>
#include <vector>

#include "drivers/abi/contract.h"
#include "drivers/abi/registers.h"
#include "drivers/transport/recording/writer.h"

namespace photic::recording {
namespace {

// What the device does to the host.
class Tap final : public abi::DmaPort, public abi::InterruptPort {
 public:
  Tap(Writer& writer, abi::DmaPort& dma, abi::InterruptPort& interrupts)
      : writer_(writer), dma_(dma), interrupts_(interrupts) {}

  bool read(uint64_t address, uint64_t* words, size_t count) override {
    const bool accepted = dma_.read(address, words, count);
    if (count > 0) {
      writer_.dma_read(address, std::span(words, count), accepted);
    }
    return accepted;
  }

  bool write(uint64_t address, const uint64_t* words, size_t count) override {
    const bool accepted = dma_.write(address, words, count);
    if (count > 0) {
      writer_.dma_write(address, std::span(words, count), accepted);
    }
    return accepted;
  }

  void raise(unsigned vector) override {
    writer_.interrupt(vector);
    interrupts_.raise(vector);
  }

 private:
  Writer& writer_;
  abi::DmaPort& dma_;
  abi::InterruptPort& interrupts_;
};

class RecordPort final : public abi::DevicePort {
 public:
  RecordPort(const std::string& file, const std::string& uri, const abi::DeviceMaker& make, abi::DmaPort& dma,
             abi::InterruptPort& interrupts)
      : writer_(file), tap_(writer_, dma, interrupts), device_(make(tap_, tap_)) {
    Header header;
    header.contract = abi::kContractHash;
    header.kind = device_->read(abi::SHELL_KIND);
    header.geometry = device_->read(abi::SHELL_GEOMETRY);
    header.timed = device_->timed();
    header.uri = uri;
    writer_.begin(header);
    offsets_ = register_offsets(header.kind);
    registers_.resize(offsets_.size());
    settle();
  }

  ~RecordPort() override {
    device_.reset();
    writer_.end();
  }
  RecordPort(const RecordPort&) = delete;
  RecordPort& operator=(const RecordPort&) = delete;

  uint32_t read(uint32_t offset) override {
    return guarded([&] {
      const uint32_t value = device_->read(offset);
      writer_.host_read(offset, value);
      return value;
    });
  }

  void write(uint32_t offset, uint32_t value) override {
    if (writer_.failure()) {
      return;
    }
    writer_.host_write(offset, value);
    settled_ = false;
    guarded([&] { device_->write(offset, value); });
  }

  abi::Activity advance(uint64_t budget) override {
    if (writer_.failure()) {
      return abi::Activity::kIdle;
    }
    return guarded([&] {
      const abi::Activity activity = device_->advance(budget);
      if (const std::string* failure = device_->failure(); failure != nullptr && !failed_) {
        failed_ = true;
        writer_.broke(EventKind::kFailed, *failure);
      } else if (activity == abi::Activity::kIdle && !settled_ && !failed_) {
        settle();
      }
      return writer_.failure() ? abi::Activity::kIdle : activity;
    });
  }

  void reset() override {
    writer_.reset();
    guarded([&] {
      device_->reset();
      settle();
    });
  }

  const std::atomic<uint64_t>& progress() const override { return device_->progress(); }
  bool timed() const override { return device_->timed(); }
  const std::string* failure() const override {
    return writer_.failure() ? &*writer_.failure() : device_->failure();
  }

 private:
  template <typename Work>
  auto guarded(const Work& work) -> decltype(work()) {
    try {
      return work();
    } catch (const std::exception& error) {
      writer_.broke(EventKind::kStopped, error.what());
      throw;
    }
  }

  void settle() {
    for (size_t i = 0; i < offsets_.size(); ++i) {
      registers_[i] = device_->read(offsets_[i]);
    }
    writer_.settled(registers_);
    settled_ = true;
  }

  Writer writer_;
  Tap tap_;
  std::unique_ptr<abi::DevicePort> device_;
  std::vector<uint32_t> offsets_;
  std::vector<uint32_t> registers_;
  bool settled_ = true;  // idle, and the recording says so
  bool failed_ = false;
};

}  // namespace

std::unique_ptr<abi::DevicePort> make_recorded(const std::string& file, const std::string& uri,
                                               const abi::DeviceMaker& make, abi::DmaPort& dma,
                                               abi::InterruptPort& interrupts) {
  return std::make_unique<RecordPort>(file, uri, make, dma, interrupts);
}

}  // namespace photic::recording
