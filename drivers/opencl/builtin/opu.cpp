// SPDX-License-Identifier: Apache-2.0
// Kernels of the optical processing unit.
#include "drivers/abi/registers.h"
#include "drivers/opencl/builtin/kernels.h"
#include "drivers/opencl/builtin/record.h"

namespace photic::opencl {
namespace {

constexpr uint32_t kOpu = 1U << PHOTIC_KIND_OPU;

using Settings = photic_opu_settings;
constexpr std::array<Field<Settings>, 3> kSettings{{
    {"laser_power", &Settings::laser_power},
    {"laser_shift", &Settings::laser_shift},
    {"adc_bits", &Settings::adc_bits},
}};

using Desc = photic_opu_project_desc;
constexpr std::array<Field<Desc>, 22> kDesc{{
    {"features", &Desc::features},
    {"vectors", &Desc::vectors},
    {"input_format", &Desc::input_format},
    {"input_planes", &Desc::input_planes},
    {"scheme", &Desc::scheme},
    {"output_format", &Desc::output_format},
    {"layout", &Desc::layout},
    {"strict", &Desc::strict},
    {"mirror_row", &Desc::mirror_row},
    {"mirror_col", &Desc::mirror_col},
    {"mirror_rows", &Desc::mirror_rows},
    {"mirror_cols", &Desc::mirror_cols},
    {"macro", &Desc::macro},
    {"grid_cols", &Desc::grid_cols},
    {"scale", &Desc::scale},
    {"shift", &Desc::shift},
    {"camera_row", &Desc::camera_row},
    {"camera_rows", &Desc::camera_rows},
    {"outputs", &Desc::outputs},
    {"exposure", &Desc::exposure},
    {"frame", &Desc::frame},
    {"timeout", &Desc::timeout},
}};
// Every number of the description has its argument: what is left are its size and two addresses.
static_assert(sizeof(Desc) ==
              (kDesc.size() + 1) * sizeof(uint32_t) + 2 * sizeof(uint64_t) + sizeof(uint32_t));

constexpr std::array kBuffers{
    Parameter{.name = "source", .type = "uchar*", .is_buffer = true, .is_const = true},
    Parameter{.name = "destination", .type = "uchar*", .is_buffer = true},
};

constexpr auto kConfigureParameters = parameters_of(std::array<Parameter, 0>{}, kSettings);
constexpr auto kProjectParameters = parameters_of(kBuffers, kDesc);
constexpr auto kCalibrateParameters = parameters_of(std::array<Parameter, 0>{}, kDesc);

void check_fits(const char* name, uint32_t value, abi::Field field) {
  if (field.get(field.set(value)) != value) {
    throw Error(CL_INVALID_KERNEL_ARGS, std::string(name) + " = " + std::to_string(value) +
                                            " does not fit its " + std::to_string(field.width) + " bits");
  }
}

Work make_configure(OpenDevice& device, std::span<const NativeArgument> arguments) {
  const Settings settings = filled(kSettings, arguments);
  check_fits("laser_power", settings.laser_power, abi::OPU_LASER_POWER);
  check_fits("laser_shift", settings.laser_shift, abi::OPU_LASER_SHIFT);
  check_fits("adc_bits", settings.adc_bits, abi::OPU_CAMERA_ADC_BITS);
  return HostAction([&device, settings] {
    return device.when_idle([&] { return photic_opu_configure(device.native(), &settings); });
  });
}

Work make_project(OpenDevice& device, std::span<const NativeArgument> arguments) {
  const NativeOperand& source = operand(arguments, 0);
  const NativeOperand& destination = operand(arguments, 1);
  Desc desc = filled(kDesc, arguments);
  uint64_t source_bytes = 0;
  uint64_t destination_bytes = 0;
  check_packed(photic_opu_sizes(&desc, &source_bytes, &destination_bytes));
  check_holds(source, source_bytes);
  check_holds(destination, destination_bytes);
  desc.source = place_of(source).bus_address;
  desc.destination = place_of(destination).bus_address;
  photic_submission submission{};
  check_packed(photic_opu_pack(device.native(), PHOTIC_OP_OPU_PROJECT, &desc, &submission));
  return submission;
}

Work make_calibrate(OpenDevice& device, std::span<const NativeArgument> arguments) {
  const Desc desc = filled(kDesc, arguments);
  photic_submission submission{};
  check_packed(photic_opu_pack(device.native(), PHOTIC_OP_OPU_CALIBRATE, &desc, &submission));
  return submission;
}

}  // namespace

constexpr BuiltinKernel kOpuConfigure{"photic_opu_configure", kOpu, kConfigureParameters, make_configure};
constexpr BuiltinKernel kOpuProject{"photic_opu_project", kOpu, kProjectParameters, make_project};
constexpr BuiltinKernel kOpuCalibrate{"photic_opu_calibrate", kOpu, kCalibrateParameters, make_calibrate};

}  // namespace photic::opencl
