// SPDX-License-Identifier: Apache-2.0
// Refused accesses, and data and completions that are not what they were.
#include <bit>

#include "drivers/abi/spiking.h"
#include "drivers/abi/timing.h"
#include "tests/unit/sim/faults/faulty_host.h"

namespace photic::faults {
namespace {

using abi::Status;

constexpr uint64_t kBurstBytes = sizeof(uint64_t) * abi::kReadBurstBeats;

// What a device without faults makes of the projection.
std::vector<uint64_t> right_outputs() {
  FaultyHost host("hang,command=1000");
  EXPECT_EQ(host.run(projection(host)).status, Status::OK);
  return host.data(FaultyHost::kDestination, kOutputWords);
}

abi::Submission memory_command(abi::Opcode opcode, abi::SpuRegion region, uint32_t words) {
  abi::SpuMemory memory;
  memory.opcode = opcode;
  memory.source = opcode == abi::Opcode::SPU_WRITE ? FaultyHost::kSource : 0;
  memory.destination = opcode == abi::Opcode::SPU_READ ? FaultyHost::kDestination : 0;
  memory.cores = 1;
  memory.region = region;
  memory.words = words;
  return std::bit_cast<abi::Submission>(memory);
}

TEST(BusFaults, LeaveEveryOtherCommandAlone) {
  FaultyHost host("dma_read_error,command=1");
  EXPECT_EQ(host.run(projection(host)).status, Status::OK);
  EXPECT_EQ(host.data(FaultyHost::kDestination, kOutputWords), right_outputs());
  EXPECT_EQ(host.run(projection(host)).status, Status::DMA_READ_ERROR);
  EXPECT_EQ(host.run(projection(host)).status, Status::OK);
  EXPECT_EQ(host.data(FaultyHost::kDestination, kOutputWords), right_outputs());
}

TEST(BusFaults, RefuseTheBurstOfTheWordNamed) {
  FaultyHost read("dma_read_error,word=17", golden_spu());
  const abi::Submission write = memory_command(abi::Opcode::SPU_WRITE, abi::SpuRegion::SYNAPSE, 40);
  abi::Completion completion = read.run(write);
  EXPECT_EQ(completion.status, Status::DMA_READ_ERROR);
  EXPECT_EQ(completion.detail, FaultyHost::kSource + kBurstBytes);
  EXPECT_EQ(read.run(write).status, Status::OK);

  FaultyHost written("dma_write_error,word=31", golden_spu());
  for (uint64_t at = 0; at < 40; ++at) {
    written.memory.poke(FaultyHost::kSource + 8 * at, at + 1);
  }
  written.run(write);
  completion = written.run(memory_command(abi::Opcode::SPU_READ, abi::SpuRegion::SYNAPSE, 40));
  EXPECT_EQ(completion.status, Status::DMA_WRITE_ERROR);
  EXPECT_EQ(completion.detail, FaultyHost::kDestination + kBurstBytes);
  const std::vector<uint64_t> words = written.data(FaultyHost::kDestination, 40);
  for (uint64_t at = 0; at < 40; ++at) {
    const bool refused = at / abi::kReadBurstBeats == 1;
    EXPECT_EQ(words[at], refused ? 0 : at + 1) << at;
  }
}

TEST(BusFaults, CountOnlyCommandsThatHaveSuchData) {
  FaultyHost host("dma_write_error,command=1");
  EXPECT_EQ(host.run(nop()).status, Status::OK);
  EXPECT_EQ(host.run(projection(host)).status, Status::OK);
  EXPECT_EQ(host.run(nop()).status, Status::OK);
  EXPECT_EQ(host.run(projection(host)).status, Status::DMA_WRITE_ERROR);
}

TEST(BusFaults, MakeARingFailAsTheContractSays) {
  FaultyHost fetch("ring_read_error");
  EXPECT_EQ(fetch.run(nop()).status, Status::DMA_READ_ERROR);
  EXPECT_NE(fetch.device->read(abi::QUEUE_STATUS(0)), 0U);
  EXPECT_EQ(fetch.device->read(abi::SHELL_ERROR_ADDRESS), uint32_t{FaultyHost::kSubmissions});
  fetch.reset();
  EXPECT_EQ(fetch.run(nop()).status, Status::OK);

  FaultyHost completion("ring_write_error,command=1");
  EXPECT_EQ(completion.run(nop()).status, Status::OK);
  completion.start(nop());
  EXPECT_FALSE(completion.ring.next_completion());
  EXPECT_NE(completion.device->read(abi::QUEUE_STATUS(0)), 0U);
  EXPECT_EQ(completion.interrupts.back(), abi::kQueues);
}

TEST(BusFaults, FlipOneBitOfWhatACommandReads) {
  FaultyHost host("flip_memory,word=3,bit=17", golden_spu());
  host.run(memory_command(abi::Opcode::SPU_WRITE, abi::SpuRegion::SYNAPSE, 5));
  host.run(memory_command(abi::Opcode::SPU_READ, abi::SpuRegion::SYNAPSE, 5));
  EXPECT_EQ(host.data(FaultyHost::kDestination, 5), (std::vector<uint64_t>{0, 0, 0, uint64_t{1} << 17, 0}));
}

TEST(BusFaults, FlipTheParityOfALinkByItsEntryInAFanOutMemory) {
  FaultyHost host("flip_link,word=3", golden_spu());
  host.run(memory_command(abi::Opcode::SPU_WRITE, abi::SpuRegion::SYNAPSE, 2));
  host.run(memory_command(abi::Opcode::SPU_WRITE, abi::SpuRegion::FANOUT, 2));
  host.run(memory_command(abi::Opcode::SPU_READ, abi::SpuRegion::FANOUT, 2));
  const std::vector<uint64_t> words = host.data(FaultyHost::kDestination, 2);
  EXPECT_EQ(words[0], 0U);
  EXPECT_EQ(words[1] & ~uint64_t{0xFFFF'FFFF}, words[1]);
  EXPECT_TRUE(abi::SpuFanout::unpack(words[1] >> 32).poison);
}

TEST(BusFaults, FlipOneBitOfWhatACommandWrites) {
  FaultyHost host("flip_output,word=2,bit=5");
  EXPECT_EQ(host.run(projection(host)).status, Status::OK);
  std::vector<uint64_t> expected = right_outputs();
  expected[2] ^= uint64_t{1} << 5;
  EXPECT_EQ(host.data(FaultyHost::kDestination, kOutputWords), expected);
}

TEST(BusFaults, CorruptTheFieldNamedAndNoOther) {
  FaultyHost command("corrupted_completion,bit=15");
  abi::Completion completion = command.run(nop(3));
  EXPECT_EQ(completion.command, 0x8003);
  EXPECT_EQ(completion.status, Status::OK);
  FaultyHost status("corrupted_completion,field=status,bit=4");
  completion = status.run(nop(3));
  EXPECT_EQ(completion.command, 3);
  EXPECT_EQ(completion.status, Status::DMA_READ_ERROR);
  FaultyHost phase("corrupted_completion,field=phase");
  phase.start(nop(3));
  EXPECT_FALSE(phase.ring.next_completion());
  FaultyHost all("corrupted_completion,field=all,seed=5");
  completion = all.run(nop(3));
  EXPECT_NE(completion.command, 3);
  EXPECT_NE(completion.detail, 0U);
  EXPECT_EQ(completion.phase, 1U);
}

TEST(BusFaults, WriteADuplicateAndEverythingAfterItOneEntryOn) {
  FaultyHost host("duplicated_completion,command=1");
  for (const uint16_t command : {uint16_t{0}, uint16_t{1}, uint16_t{2}}) {
    host.ring.submit(nop(command));
  }
  host.ring.ring_doorbell();
  host.work();
  // The fourth entry is the last of the ring's first lap.
  for (const uint16_t command : {uint16_t{0}, uint16_t{1}, uint16_t{1}, uint16_t{2}}) {
    const std::optional<abi::Completion> completion = host.ring.next_completion();
    ASSERT_TRUE(completion);
    EXPECT_EQ(completion->command, command);
  }
  EXPECT_FALSE(host.ring.next_completion());
  host.reset();
  EXPECT_EQ(host.run(nop(9)).command, 9);
  EXPECT_FALSE(host.ring.next_completion());
}

}  // namespace
}  // namespace photic::faults
