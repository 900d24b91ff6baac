// SPDX-License-Identifier: Apache-2.0
// What devices say of themselves: that they are custom ones without a compiler, and what the extension adds.
#include <algorithm>
#include <array>
#include <sstream>

#include "drivers/api/photic.h"
#include "tests/conformance/opencl/fixture.h"

namespace photic::test {
namespace {

template <typename T>
T of(cl_device_id device, cl_device_info name) {
  return info<T>(clGetDeviceInfo, device, name);
}

std::string text_of(cl_device_id device, cl_device_info name) {
  return info_text(clGetDeviceInfo, device, name);
}

TEST(OpenClDevice, IsACustomOneOfVersionThreeWithoutCompilerAndLinker) {
  for (cl_device_id device : devices()) {
    EXPECT_EQ(cl_device_type{CL_DEVICE_TYPE_CUSTOM}, of<cl_device_type>(device, CL_DEVICE_TYPE));
    EXPECT_EQ(CL_MAKE_VERSION(3, 0, 0), of<cl_version>(device, CL_DEVICE_NUMERIC_VERSION));
    EXPECT_EQ(0U, text_of(device, CL_DEVICE_VERSION).find("OpenCL 3.0 "));
    EXPECT_EQ("EMBEDDED_PROFILE", text_of(device, CL_DEVICE_PROFILE));
    EXPECT_EQ(cl_bool{CL_FALSE}, of<cl_bool>(device, CL_DEVICE_COMPILER_AVAILABLE));
    EXPECT_EQ(cl_bool{CL_FALSE}, of<cl_bool>(device, CL_DEVICE_LINKER_AVAILABLE));
    EXPECT_EQ("", text_of(device, CL_DEVICE_OPENCL_C_VERSION));
    EXPECT_EQ("", text_of(device, CL_DEVICE_IL_VERSION));
    for (cl_device_info name :
         {CL_DEVICE_OPENCL_C_ALL_VERSIONS, CL_DEVICE_OPENCL_C_FEATURES, CL_DEVICE_ILS_WITH_VERSION}) {
      EXPECT_TRUE(info_list<cl_name_version>(clGetDeviceInfo, device, name).empty()) << name;
    }
    EXPECT_EQ(cl_bool{CL_TRUE}, of<cl_bool>(device, CL_DEVICE_AVAILABLE));
    EXPECT_EQ(platform(), of<cl_platform_id>(device, CL_DEVICE_PLATFORM));
    EXPECT_EQ("Photic", text_of(device, CL_DEVICE_VENDOR));
  }
}

TEST(OpenClDevice, ListsItsBuiltInKernelsAlikeWithAndWithoutVersions) {
  for (cl_device_id device : devices()) {
    std::istringstream names(text_of(device, CL_DEVICE_BUILT_IN_KERNELS));
    std::vector<std::string> listed;
    for (std::string name; std::getline(names, name, ';');) {
      listed.push_back(name);
    }
    std::vector<std::string> versioned;
    for (const cl_name_version& entry :
         info_list<cl_name_version>(clGetDeviceInfo, device, CL_DEVICE_BUILT_IN_KERNELS_WITH_VERSION)) {
      versioned.emplace_back(entry.name);
      EXPECT_EQ(CL_MAKE_VERSION(1, 0, 0), entry.version);
    }
    EXPECT_EQ(listed, versioned);
    EXPECT_EQ(1, std::count(listed.begin(), listed.end(), "photic_nop"));
  }
  const std::string optical = text_of(opu(), CL_DEVICE_BUILT_IN_KERNELS);
  EXPECT_NE(std::string::npos, optical.find("photic_opu_project"));
  EXPECT_EQ(std::string::npos, optical.find("photic_spu_run"));
  EXPECT_NE(std::string::npos, text_of(spu(), CL_DEVICE_BUILT_IN_KERNELS).find("photic_spu_run"));
}

TEST(OpenClDevice, LeavesOutWhatTheSpecificationLetsACustomDeviceLeaveOut) {
  for (cl_device_id device : devices()) {
    for (cl_device_info name :
         {CL_DEVICE_IMAGE_SUPPORT, CL_DEVICE_PIPE_SUPPORT, CL_DEVICE_GENERIC_ADDRESS_SPACE_SUPPORT,
          CL_DEVICE_WORK_GROUP_COLLECTIVE_FUNCTIONS_SUPPORT, CL_DEVICE_NON_UNIFORM_WORK_GROUP_SUPPORT}) {
      EXPECT_EQ(cl_bool{CL_FALSE}, of<cl_bool>(device, name)) << name;
    }
    EXPECT_EQ(0U, of<cl_device_svm_capabilities>(device, CL_DEVICE_SVM_CAPABILITIES));
    EXPECT_EQ(0U, of<cl_device_device_enqueue_capabilities>(device, CL_DEVICE_DEVICE_ENQUEUE_CAPABILITIES));
    EXPECT_EQ(0U, of<cl_device_fp_config>(device, CL_DEVICE_DOUBLE_FP_CONFIG));
    EXPECT_EQ(0U, of<cl_uint>(device, CL_DEVICE_NATIVE_VECTOR_WIDTH_DOUBLE));
    EXPECT_EQ(0U, of<cl_uint>(device, CL_DEVICE_MAX_NUM_SUB_GROUPS));
    EXPECT_EQ(0U, of<cl_uint>(device, CL_DEVICE_PARTITION_MAX_SUB_DEVICES));
    EXPECT_EQ(nullptr, of<cl_device_id>(device, CL_DEVICE_PARENT_DEVICE));
  }
}

TEST(OpenClDevice, HasTheLimitsAnApplicationBuildsOn) {
  for (cl_device_id device : devices()) {
    EXPECT_EQ(64U, of<cl_uint>(device, CL_DEVICE_ADDRESS_BITS));
    const auto align = of<cl_uint>(device, CL_DEVICE_MEM_BASE_ADDR_ALIGN);
    EXPECT_GE(align, 512U);
    EXPECT_EQ(0U, align & (align - 1));
    const auto memory = of<cl_ulong>(device, CL_DEVICE_GLOBAL_MEM_SIZE);
    const auto largest = of<cl_ulong>(device, CL_DEVICE_MAX_MEM_ALLOC_SIZE);
    EXPECT_GE(largest, std::max<cl_ulong>(1U << 20, std::min<cl_ulong>(1U << 30, memory / 4)));
    EXPECT_LE(largest, memory);
    EXPECT_NE(0U, of<cl_device_fp_config>(device, CL_DEVICE_SINGLE_FP_CONFIG) &
                      (CL_FP_ROUND_TO_NEAREST | CL_FP_ROUND_TO_ZERO));
    EXPECT_EQ(cl_device_exec_capabilities{CL_EXEC_KERNEL},
              of<cl_device_exec_capabilities>(device, CL_DEVICE_EXECUTION_CAPABILITIES));
    const auto queues = of<cl_command_queue_properties>(device, CL_DEVICE_QUEUE_ON_HOST_PROPERTIES);
    EXPECT_NE(0U, queues & CL_QUEUE_PROFILING_ENABLE);
    EXPECT_NE(0U, queues & CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
    EXPECT_EQ(info_list<size_t>(clGetDeviceInfo, device, CL_DEVICE_MAX_WORK_ITEM_SIZES).size(),
              of<cl_uint>(device, CL_DEVICE_MAX_WORK_ITEM_DIMENSIONS));
    constexpr cl_device_atomic_capabilities kLeast =
        CL_DEVICE_ATOMIC_ORDER_RELAXED | CL_DEVICE_ATOMIC_SCOPE_WORK_GROUP;
    EXPECT_EQ(kLeast,
              of<cl_device_atomic_capabilities>(device, CL_DEVICE_ATOMIC_MEMORY_CAPABILITIES) & kLeast);
    EXPECT_NE(0U, of<cl_device_atomic_capabilities>(device, CL_DEVICE_ATOMIC_FENCE_CAPABILITIES) &
                      CL_DEVICE_ATOMIC_ORDER_ACQ_REL);
  }
}

TEST(OpenClDevice, AnswersEveryQueryOfTheCore) {
  // The range of numbers that cl.h gives to device queries; those of extensions lie between.
  const auto belongs_to_extension = [](cl_device_info name) {
    return name == 0x1033 || (name >= 0x106A && name <= 0x106E);  // half precision; identifiers
  };
  const auto answers = [](cl_device_id device, cl_device_info name) {
    size_t size = 0;
    return clGetDeviceInfo(device, name, 0, nullptr, &size);
  };
  for (cl_device_id device : devices()) {
    for (cl_device_info name = CL_DEVICE_TYPE; name <= CL_DEVICE_LATEST_CONFORMANCE_VERSION_PASSED; ++name) {
      EXPECT_EQ(belongs_to_extension(name) ? CL_INVALID_VALUE : CL_SUCCESS, answers(device, name))
          << "0x" << std::hex << name;
    }
  }
}

TEST(OpenClDevice, RefusesQueriesThatDoNotExistOrDoNotFit) {
  std::array<char, 1> byte{};
  EXPECT_EQ(CL_INVALID_VALUE, clGetDeviceInfo(opu(), CL_PLATFORM_NAME, 0, nullptr, nullptr));
  for (cl_device_info name :
       {CL_DEVICE_NAME, CL_DEVICE_TYPE, CL_DEVICE_AVAILABLE, CL_DEVICE_BUILT_IN_KERNELS,
        CL_DEVICE_BUILT_IN_KERNELS_WITH_VERSION, CL_DEVICE_MAX_WORK_ITEM_SIZES, CL_DEVICE_SIZES_PHOTIC}) {
    EXPECT_EQ(CL_INVALID_VALUE, clGetDeviceInfo(opu(), name, byte.size(), byte.data(), nullptr)) << name;
  }
  EXPECT_EQ(CL_INVALID_DEVICE,
            clGetDeviceInfo(reinterpret_cast<cl_device_id>(platform()), CL_DEVICE_NAME, 0, nullptr, nullptr));
}

TEST(OpenClDevice, AnAnswerWithoutASizeAndASizeWithoutAnAnswerAreBothGiven) {
  cl_device_type type = 0;
  EXPECT_EQ(CL_SUCCESS, clGetDeviceInfo(opu(), CL_DEVICE_TYPE, sizeof(type), &type, nullptr));
  EXPECT_EQ(cl_device_type{CL_DEVICE_TYPE_CUSTOM}, type);
  size_t size = 0;
  EXPECT_EQ(CL_SUCCESS, clGetDeviceInfo(opu(), CL_DEVICE_TYPE, 0, nullptr, &size));
  EXPECT_EQ(sizeof(type), size);
  std::array<cl_ulong, 4> wide{~0ULL, ~0ULL, ~0ULL, ~0ULL};
  EXPECT_EQ(CL_SUCCESS, clGetDeviceInfo(opu(), CL_DEVICE_TYPE, sizeof(wide), wide.data(), &size));
  EXPECT_EQ(sizeof(type), size);
  EXPECT_EQ(~0ULL, wide[1]);
}

TEST(OpenClDevice, SaysWhatIsBehindIt) {
  EXPECT_EQ(cl_uint{PHOTIC_KIND_OPU}, of<cl_uint>(opu(), CL_DEVICE_KIND_PHOTIC));
  EXPECT_EQ("golden:opu?geometry=tiny&seed=7&noise=off", text_of(opu(), CL_DEVICE_URI_PHOTIC));
  EXPECT_EQ("tiny", text_of(opu(), CL_DEVICE_GEOMETRY_PHOTIC));
  EXPECT_EQ(cl_bool{CL_FALSE}, of<cl_bool>(opu(), CL_DEVICE_TIMED_PHOTIC));
  EXPECT_EQ(PHOTIC_OK, of<cl_int>(opu(), CL_DEVICE_STATUS_PHOTIC));
  EXPECT_EQ("Photic SPU (tiny)", text_of(spu(), CL_DEVICE_NAME));
}

TEST(OpenClDevice, GivesTheSizesAndCountersThatTheDriverGives) {
  photic_device device = nullptr;
  ASSERT_EQ(PHOTIC_OK, photic_open(text_of(opu(), CL_DEVICE_URI_PHOTIC).c_str(), &device));
  photic_capabilities native{};
  native.struct_size = sizeof(native);
  ASSERT_EQ(PHOTIC_OK, photic_device_capabilities(device, &native));
  size_t counters = 0;
  ASSERT_EQ(PHOTIC_OK, photic_device_counters(device, nullptr, 0, &counters));
  EXPECT_EQ(PHOTIC_OK, photic_device_release(device));

  const std::vector<cl_uint> expected{native.mirror_rows, native.mirror_cols, native.pixel_rows,
                                      native.pixel_cols};
  EXPECT_EQ(expected, info_list<cl_uint>(clGetDeviceInfo, opu(), CL_DEVICE_SIZES_PHOTIC));
  EXPECT_EQ(native.clock_khz / 1000, of<cl_uint>(opu(), CL_DEVICE_MAX_CLOCK_FREQUENCY));
  const std::string names = text_of(opu(), CL_DEVICE_COUNTER_NAMES_PHOTIC);
  EXPECT_EQ(counters, static_cast<size_t>(std::count(names.begin(), names.end(), ';')) + 1);
  const auto sizes = info_list<cl_uint>(clGetDeviceInfo, spu(), CL_DEVICE_SIZES_PHOTIC);
  ASSERT_EQ(13U, sizes.size());
  EXPECT_EQ(sizes[0] * sizes[1], sizes[2]);  // columns, rows, cores
  EXPECT_EQ(sizes[2], of<cl_uint>(spu(), CL_DEVICE_MAX_COMPUTE_UNITS));
}

TEST(OpenClDevice, CannotBeDividedAndIsNotCounted) {
  const std::array<cl_device_partition_property, 3> equally{CL_DEVICE_PARTITION_EQUALLY, 1, 0};
  cl_uint count = 0;
  EXPECT_EQ(CL_INVALID_VALUE, clCreateSubDevices(opu(), equally.data(), 0, nullptr, &count));
  EXPECT_EQ(CL_SUCCESS, clRetainDevice(opu()));
  EXPECT_EQ(1U, of<cl_uint>(opu(), CL_DEVICE_REFERENCE_COUNT));
  EXPECT_EQ(CL_SUCCESS, clReleaseDevice(opu()));
  const auto wrong = reinterpret_cast<cl_device_id>(platform());
  EXPECT_EQ(CL_INVALID_DEVICE, clRetainDevice(wrong));
  EXPECT_EQ(CL_INVALID_DEVICE, clReleaseDevice(wrong));
  EXPECT_EQ(CL_INVALID_DEVICE, clCreateSubDevices(wrong, equally.data(), 0, nullptr, &count));
}

TEST(OpenClDevice, HasNoClockToCompareWithTheHosts) {
  cl_ulong device_time = 0;
  cl_ulong host_time = 0;
  EXPECT_EQ(CL_INVALID_OPERATION, clGetDeviceAndHostTimer(opu(), &device_time, &host_time));
  EXPECT_EQ(CL_INVALID_OPERATION, clGetHostTimer(opu(), &host_time));
  EXPECT_EQ(CL_INVALID_DEVICE, clGetHostTimer(reinterpret_cast<cl_device_id>(platform()), &host_time));
}

}  // namespace
}  // namespace photic::test
