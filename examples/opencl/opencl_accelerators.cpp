// SPDX-License-Identifier: Apache-2.0
// The devices over OpenCL, in the Khronos C++ bindings. Nothing here is linked with Photic: a loader finds
// it.
#define CL_HPP_ENABLE_EXCEPTIONS
#define CL_HPP_MINIMUM_OPENCL_VERSION 300
#define CL_HPP_TARGET_OPENCL_VERSION 300
#include <array>
#include <CL/opencl.hpp>
#include <stdexcept>
#include <vector>

#include "drivers/opencl/cl_photic.h"
#include "examples/opencl/accelerators.h"

namespace photic::example {
namespace {

template <typename Value>
Value info(const cl::Device& device, cl_device_info query) {
  Value value{};
  cl::detail::errHandler(clGetDeviceInfo(device(), query, sizeof(value), &value, nullptr), "clGetDeviceInfo");
  return value;
}

std::string text(const cl::Device& device, cl_device_info query) {
  size_t size = 0;
  cl::detail::errHandler(clGetDeviceInfo(device(), query, 0, nullptr, &size), "clGetDeviceInfo");
  std::string value(size, '\0');
  cl::detail::errHandler(clGetDeviceInfo(device(), query, size, value.data(), nullptr), "clGetDeviceInfo");
  return value.c_str();
}

cl::Device find_device(cl_uint kind) {
  std::vector<cl::Platform> platforms;
  cl::Platform::get(&platforms);
  for (const cl::Platform& platform : platforms) {
    if (platform.getInfo<CL_PLATFORM_NAME>() != "Photic") {
      continue;
    }
    std::vector<cl::Device> devices;
    platform.getDevices(CL_DEVICE_TYPE_ALL, &devices);
    for (const cl::Device& device : devices) {
      if (info<cl_uint>(device, CL_DEVICE_KIND_PHOTIC) == kind) {
        return device;
      }
    }
  }
  throw std::runtime_error(
      "no platform named Photic has such a device; set OCL_ICD_VENDORS and PHOTIC_OPENCL_DEVICES");
}

// One device with an in-order queue, and buffers that grow as needed.
struct Side {
  cl::Device device;
  cl::Context context;
  cl::CommandQueue queue;
  cl::Program program;
  cl::Buffer source, destination;
  size_t source_bytes = 0, destination_bytes = 0;

  explicit Side(cl_uint kind)
      : device(find_device(kind)),
        context(device),
        queue(context, device),
        program(context, {device}, device.getInfo<CL_DEVICE_BUILT_IN_KERNELS>()) {}

  void reserve(size_t in, size_t out) {
    if (source_bytes < in || source_bytes == 0) {
      source_bytes = std::max<size_t>(in, 4096);
      source = cl::Buffer(context, CL_MEM_READ_ONLY, source_bytes);
    }
    if (destination_bytes < out || destination_bytes == 0) {
      destination_bytes = std::max<size_t>(out, 4096);
      destination = cl::Buffer(context, CL_MEM_WRITE_ONLY, destination_bytes);
    }
  }

  cl::Kernel kernel(const char* name) const { return {program, name}; }

  // Runs a kernel as one task and waits for it; the native reason of a failure goes into the exception.
  cl::Event run(const cl::Kernel& kernel) {
    cl::Event event;
    queue.enqueueNDRangeKernel(kernel, cl::NullRange, cl::NDRange(1), cl::NullRange, nullptr, &event);
    try {
      event.wait();
    } catch (const cl::Error&) {
      std::array<char, 1024> reason{};
      clGetEventInfo(event(), CL_EVENT_STATUS_TEXT_PHOTIC, reason.size() - 1, reason.data(), nullptr);
      throw std::runtime_error(kernel.getInfo<CL_KERNEL_FUNCTION_NAME>() + " ended badly: " + reason.data());
    }
    return event;
  }
};

class OpenCl : public Accelerators {
 public:
  OpenCl()
      : opu_(PHOTIC_KIND_OPU),
        spu_(PHOTIC_KIND_SPU),
        project_(opu_.kernel("photic_opu_project")),
        write_(spu_.kernel("photic_spu_write")),
        run_(spu_.kernel("photic_spu_run")) {}

  OpticalSizes optical_sizes() const override {
    const auto sizes = info<std::array<cl_uint, 4>>(opu_.device, CL_DEVICE_SIZES_PHOTIC);
    return {sizes[0], sizes[1], sizes[2], sizes[3]};
  }

  std::string spiking_geometry() const override { return text(spu_.device, CL_DEVICE_GEOMETRY_PHOTIC); }

  void set_light(uint32_t power, uint32_t shift, uint32_t adc_bits) override {
    cl::Kernel configure = opu_.kernel("photic_opu_configure");
    set(configure, 0, {power, shift, adc_bits});
    opu_.run(configure);
  }

  uint64_t project(const photic_opu_project_desc& desc, std::span<const std::byte> input,
                   std::span<std::byte> output) override {
    opu_.reserve(input.size(), output.size());
    opu_.queue.enqueueWriteBuffer(opu_.source, CL_FALSE, 0, input.size(), input.data());
    project_.setArg(0, opu_.source);
    project_.setArg(1, opu_.destination);
    set(project_, 2,
        {desc.features,      desc.vectors,     desc.input_format, desc.input_planes, desc.scheme,
         desc.output_format, desc.layout,      desc.strict,       desc.mirror_row,   desc.mirror_col,
         desc.mirror_rows,   desc.mirror_cols, desc.macro,        desc.grid_cols,    desc.scale,
         desc.shift,         desc.camera_row,  desc.camera_rows,  desc.outputs,      desc.exposure,
         desc.frame,         desc.timeout});
    const cl::Event event = opu_.run(project_);
    opu_.queue.enqueueReadBuffer(opu_.destination, CL_TRUE, 0, output.size(), output.data());
    cl_ulong saturated = 0;
    cl::detail::errHandler(
        clGetEventInfo(event(), CL_EVENT_DETAIL_PHOTIC, sizeof(saturated), &saturated, nullptr),
        "clGetEventInfo");
    return saturated;
  }

  void write(uint32_t core, uint32_t cores, uint32_t region, uint32_t word,
             std::span<const uint64_t> words) override {
    spu_.reserve(words.size_bytes(), 0);
    spu_.queue.enqueueWriteBuffer(spu_.source, CL_FALSE, 0, words.size_bytes(), words.data());
    write_.setArg(0, spu_.source);
    set(write_, 1, {core, cores, region, word, static_cast<uint32_t>(words.size() / cores), 0});
    spu_.run(write_);
  }

  void clear(uint32_t what) override {
    cl::Kernel clear = spu_.kernel("photic_spu_clear");
    set(clear, 0, {what});
    spu_.run(clear);
  }

  void run(const photic_spu_run_desc& desc, std::span<const uint64_t> events,
           std::span<std::byte> records) override {
    spu_.reserve(events.size_bytes(), records.size());
    spu_.queue.enqueueWriteBuffer(spu_.source, CL_FALSE, 0, events.size_bytes(), events.data());
    run_.setArg(0, spu_.source);
    run_.setArg(1, spu_.destination);
    run_.setArg(2, cl::Buffer());
    set(run_, 3,
        {desc.source_words, desc.step, desc.steps, desc.epoch, desc.period, desc.record, desc.outputs,
         desc.probe_core, desc.probe_neuron, desc.probe_neurons, desc.clear_first, desc.strict,
         desc.timeout});
    spu_.run(run_);
    spu_.queue.enqueueReadBuffer(spu_.destination, CL_TRUE, 0, records.size(), records.data());
  }

 private:
  static void set(cl::Kernel& kernel, cl_uint first, std::initializer_list<cl_uint> values) {
    for (const cl_uint value : values) {
      kernel.setArg(first++, value);
    }
  }

  Side opu_, spu_;
  cl::Kernel project_, write_, run_;
};

}  // namespace

std::unique_ptr<Accelerators> open_opencl() {
  return std::make_unique<OpenCl>();
}

}  // namespace photic::example
