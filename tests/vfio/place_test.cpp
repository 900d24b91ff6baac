// SPDX-License-Identifier: Apache-2.0
// Where a function stands, read from a made-up sysfs.
#include "drivers/transport/vfio/place.h"

#include "tests/vfio/made_up_machine.h"

namespace photic::test {
namespace {

using namespace transport::vfio_pci;

TEST(Place, IsReadFromSysfs) {
  MadeUpMachine machine;
  machine.add_function("0000:3b:00.1", "nvme", "7");
  machine.add_function("0000:3a:00.0", "pcieport", "7");
  machine.add_function("0000:4b:00.0", "nvme", "8");
  machine.add_cdev();
  const Place place = find_place(machine.kernel(), kCard);
  EXPECT_EQ(place.address, kCard);
  EXPECT_EQ(place.driver, "vfio-pci");
  EXPECT_EQ(place.group, "7");
  EXPECT_EQ(place.cdev, "vfio3");
  ASSERT_EQ(place.neighbours.size(), 2U);
  EXPECT_EQ(place.neighbours[0].address, "0000:3a:00.0");
  EXPECT_EQ(place.neighbours[1].driver, "nvme");
  EXPECT_EQ(place.busy_neighbours(), "0000:3b:00.1 (nvme)");
  EXPECT_EQ(outcome_of([&] { check_place(machine.kernel(), place); }).text, "");
}

TEST(Place, NamesAFunctionThatIsNotThere) {
  MadeUpMachine machine;
  const Outcome outcome = outcome_of([&] { find_place(machine.kernel(), "0000:3c:00.0"); });
  EXPECT_EQ(outcome.status, abi::Status::NOT_FOUND);
  EXPECT_TRUE(outcome.says("0000:3c:00.0") && outcome.says("bus/pci/devices") && outcome.says("lspci -D"))
      << outcome.text;
}

TEST(Place, GivesTheCommandsThatBindAFunctionOfAnotherDriver) {
  MadeUpMachine machine;
  machine.add_function("0000:5e:00.0", "nvme", "9");
  const Outcome outcome =
      outcome_of([&] { check_place(machine.kernel(), find_place(machine.kernel(), "0000:5e:00.0")); });
  EXPECT_EQ(outcome.status, abi::Status::NOT_FOUND);
  EXPECT_TRUE(outcome.says("bound to the driver nvme"));
  EXPECT_TRUE(
      outcome.says("modprobe vfio-pci; echo vfio-pci > /sys/bus/pci/devices/0000:5e:00.0/driver_override; "
                   "echo 0000:5e:00.0 > /sys/bus/pci/devices/0000:5e:00.0/driver/unbind; "
                   "echo 0000:5e:00.0 > /sys/bus/pci/drivers_probe"))
      << outcome.text;
}

TEST(Place, LeavesUnbindingOutForAFunctionWithoutDriver) {
  MadeUpMachine machine;
  machine.add_function("0000:5e:00.0", "", "9");
  const Outcome outcome =
      outcome_of([&] { check_place(machine.kernel(), find_place(machine.kernel(), "0000:5e:00.0")); });
  EXPECT_TRUE(outcome.says("bound to no driver") && outcome.says("drivers_probe")) << outcome.text;
  EXPECT_FALSE(outcome.says("unbind"));
}

TEST(Place, RefusesAFunctionThatNoIommuWatches) {
  MadeUpMachine machine;
  machine.add_function("0000:5e:00.0", "vfio-pci", "");
  const Outcome outcome =
      outcome_of([&] { check_place(machine.kernel(), find_place(machine.kernel(), "0000:5e:00.0")); });
  EXPECT_EQ(outcome.status, abi::Status::UNSUPPORTED);
  EXPECT_TRUE(outcome.says("no IOMMU") && outcome.says("intel_iommu=on")) << outcome.text;
}

}  // namespace
}  // namespace photic::test
