// SPDX-License-Identifier: Apache-2.0
// Any bytes are a recording up to some event, or none; a replay of them ends, and never says that they are
// whole where they are not. The first byte chooses: the rest is a file, or blocks of a file whose checksums
// are right.
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "drivers/abi/contract.h"
#include "drivers/abi/descriptors.h"
#include "drivers/transport/error.h"
#include "drivers/transport/file_descriptor.h"
#include "drivers/transport/recording/packing.h"
#include "drivers/transport/recording/reader.h"
#include "drivers/transport/recording/replay_port.h"

namespace {

namespace abi = photic::abi;
using photic::recording::BlockHead;
using photic::recording::Bytes;
using photic::recording::Event;
using photic::recording::EventKind;
using photic::recording::Reader;
using photic::transport::Error;
using photic::transport::FileDescriptor;

constexpr uint64_t kSteps = 64;

void put_block(Bytes& file, std::span<const std::byte> payload) {
  BlockHead head;
  head.size = static_cast<uint32_t>(payload.size());
  head.crc =
      static_cast<uint32_t>(crc32_z(0, reinterpret_cast<const Bytef*>(payload.data()), payload.size()));
  const auto raw = std::as_bytes(std::span(&head, 1));
  file.insert(file.end(), raw.begin(), raw.end());
  file.insert(file.end(), payload.begin(), payload.end());
}

// Prefix, header and the rest as one block that begins with event 0.
Bytes framed(std::span<const std::byte> events) {
  const photic::recording::Prefix prefix;
  const auto raw = std::as_bytes(std::span(&prefix, 1));
  Bytes file(raw.begin(), raw.end());
  Bytes header;
  photic::recording::put_number(header, abi::kContractHash);
  photic::recording::put_number(header, static_cast<uint64_t>(abi::DeviceKind::OPU));
  photic::recording::put_number(header, 0);
  photic::recording::put_number(header, 1);
  photic::recording::put_text(header, "rtl:opu");
  put_block(file, header);
  Bytes payload{std::byte{0}};
  payload.insert(payload.end(), events.begin(), events.end());
  put_block(file, payload);
  return file;
}

FileDescriptor memory_file(std::span<const std::byte> content) {
  FileDescriptor file(memfd_create("recording", MFD_CLOEXEC));
  if (write(file.get(), content.data(), content.size()) != static_cast<ssize_t>(content.size())) {
    std::abort();
  }
  return file;
}

class Host final : public abi::DmaPort, public abi::InterruptPort {
 public:
  bool read(uint64_t, uint64_t* words, size_t count) override {
    std::fill_n(words, count, uint64_t{0});
    return true;
  }
  bool write(uint64_t, const uint64_t*, size_t) override { return true; }
  void raise(unsigned) override {}
};

std::vector<Event> read_all(Reader& reader) {
  std::vector<Event> events;
  std::optional<std::string> damage;
  try {
    for (Event event; reader.next(event);) {
      if (event.number != events.size() || event.data.size() > event.words) {
        std::abort();
      }
      events.push_back(event);
    }
    if (events.empty() || events.back().kind != EventKind::kEnd) {
      std::abort();
    }
    return events;
  } catch (const Error& error) {
    damage = error.what();
  }
  try {
    Event event;
    reader.next(event);
    std::abort();
  } catch (const Error& error) {
    if (error.status() != abi::Status::INVALID_ARGUMENT || error.what() != *damage) {
      std::abort();
    }
  }
  return events;
}

void replay(const std::string& path, const std::vector<Event>& events) {
  Host host;
  const auto device = photic::recording::make_replay(path, host, host);
  try {
    for (const Event& event : events) {
      switch (event.kind) {
        case EventKind::kWrite:
          device->write(event.offset, event.value);
          break;
        case EventKind::kRead:
          device->read(event.offset);
          break;
        case EventKind::kReset:
          device->reset();
          break;
        case EventKind::kSettled:
          device->advance(kSteps);
          break;
        default:
          break;
      }
    }
  } catch (const std::runtime_error&) {
    // What the recorded device threw.
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) {
    return 0;
  }
  const auto rest = std::as_bytes(std::span(data, size)).subspan(1);
  const FileDescriptor file = memory_file(data[0] % 2 == 0 ? Bytes(rest.begin(), rest.end()) : framed(rest));
  const std::string path = "/proc/self/fd/" + std::to_string(file.get());
  try {
    Reader reader(path);
    replay(path, read_all(reader));
  } catch (const Error&) {
    // No recording at all.
  }
  return 0;
}
