// SPDX-License-Identifier: Apache-2.0
// Every function of OpenCL 3.0 and of the extensions the platform has, under the names they have inside: pcl
// in place of cl, so that no call from inside can end in the loader.
#pragma once

// NOLINTBEGIN(cppcoreguidelines-macro-usage): what the Khronos headers are told
#define CL_TARGET_OPENCL_VERSION 300
#define CL_USE_DEPRECATED_OPENCL_1_0_APIS
#define CL_USE_DEPRECATED_OPENCL_1_1_APIS
#define CL_USE_DEPRECATED_OPENCL_1_2_APIS
#define CL_USE_DEPRECATED_OPENCL_2_0_APIS
#define CL_USE_DEPRECATED_OPENCL_2_1_APIS
#define CL_USE_DEPRECATED_OPENCL_2_2_APIS
// NOLINTEND(cppcoreguidelines-macro-usage)
#include <CL/cl.h>
#include <CL/cl_egl.h>
#include <CL/cl_ext.h>
#include <CL/cl_gl.h>
#include <CL/cl_icd.h>

// NOLINTBEGIN(cppcoreguidelines-macro-usage): a list is applied to more than one thing
// Laid out by hand: the formatter would indent every row a little further.
// clang-format off
/// The entries of the dispatch table that this operating system has, without their prefix, in the table's
/// order.
#define PHOTIC_OPENCL_TABLE(X) \
  X(GetPlatformIDs) X(GetPlatformInfo) X(GetDeviceIDs) X(GetDeviceInfo) X(CreateContext) \
  X(CreateContextFromType) X(RetainContext) X(ReleaseContext) X(GetContextInfo) X(CreateCommandQueue) \
  X(RetainCommandQueue) X(ReleaseCommandQueue) X(GetCommandQueueInfo) X(SetCommandQueueProperty) \
  X(CreateBuffer) X(CreateImage2D) X(CreateImage3D) X(RetainMemObject) X(ReleaseMemObject) \
  X(GetSupportedImageFormats) X(GetMemObjectInfo) X(GetImageInfo) X(CreateSampler) X(RetainSampler) \
  X(ReleaseSampler) X(GetSamplerInfo) X(CreateProgramWithSource) X(CreateProgramWithBinary) \
  X(RetainProgram) X(ReleaseProgram) X(BuildProgram) X(UnloadCompiler) X(GetProgramInfo) \
  X(GetProgramBuildInfo) X(CreateKernel) X(CreateKernelsInProgram) X(RetainKernel) X(ReleaseKernel) \
  X(SetKernelArg) X(GetKernelInfo) X(GetKernelWorkGroupInfo) X(WaitForEvents) X(GetEventInfo) \
  X(RetainEvent) X(ReleaseEvent) X(GetEventProfilingInfo) X(Flush) X(Finish) X(EnqueueReadBuffer) \
  X(EnqueueWriteBuffer) X(EnqueueCopyBuffer) X(EnqueueReadImage) X(EnqueueWriteImage) X(EnqueueCopyImage) \
  X(EnqueueCopyImageToBuffer) X(EnqueueCopyBufferToImage) X(EnqueueMapBuffer) X(EnqueueMapImage) \
  X(EnqueueUnmapMemObject) X(EnqueueNDRangeKernel) X(EnqueueTask) X(EnqueueNativeKernel) X(EnqueueMarker) \
  X(EnqueueWaitForEvents) X(EnqueueBarrier) X(GetExtensionFunctionAddress) X(CreateFromGLBuffer) \
  X(CreateFromGLTexture2D) X(CreateFromGLTexture3D) X(CreateFromGLRenderbuffer) X(GetGLObjectInfo) \
  X(GetGLTextureInfo) X(EnqueueAcquireGLObjects) X(EnqueueReleaseGLObjects) X(GetGLContextInfoKHR) \
  X(SetEventCallback) X(CreateSubBuffer) X(SetMemObjectDestructorCallback) X(CreateUserEvent) \
  X(SetUserEventStatus) X(EnqueueReadBufferRect) X(EnqueueWriteBufferRect) X(EnqueueCopyBufferRect) \
  X(CreateSubDevicesEXT) X(RetainDeviceEXT) X(ReleaseDeviceEXT) X(CreateEventFromGLsyncKHR) \
  X(CreateSubDevices) X(RetainDevice) X(ReleaseDevice) X(CreateImage) X(CreateProgramWithBuiltInKernels) \
  X(CompileProgram) X(LinkProgram) X(UnloadPlatformCompiler) X(GetKernelArgInfo) X(EnqueueFillBuffer) \
  X(EnqueueFillImage) X(EnqueueMigrateMemObjects) X(EnqueueMarkerWithWaitList) \
  X(EnqueueBarrierWithWaitList) X(GetExtensionFunctionAddressForPlatform) X(CreateFromGLTexture) \
  X(CreateFromEGLImageKHR) X(EnqueueAcquireEGLObjectsKHR) X(EnqueueReleaseEGLObjectsKHR) \
  X(CreateEventFromEGLSyncKHR) X(CreateCommandQueueWithProperties) X(CreatePipe) X(GetPipeInfo) X(SVMAlloc) \
  X(SVMFree) X(EnqueueSVMFree) X(EnqueueSVMMemcpy) X(EnqueueSVMMemFill) X(EnqueueSVMMap) X(EnqueueSVMUnmap) \
  X(CreateSamplerWithProperties) X(SetKernelArgSVMPointer) X(SetKernelExecInfo) X(GetKernelSubGroupInfoKHR) \
  X(CloneKernel) X(CreateProgramWithIL) X(EnqueueSVMMigrateMem) X(GetDeviceAndHostTimer) X(GetHostTimer) \
  X(GetKernelSubGroupInfo) X(SetDefaultDeviceCommandQueue) X(SetProgramReleaseCallback) \
  X(SetProgramSpecializationConstant) X(CreateBufferWithProperties) X(CreateImageWithProperties) \
  X(SetContextDestructorCallback)

/// Those of the table that only exist on Windows.
#define PHOTIC_OPENCL_WINDOWS(X) \
  X(GetDeviceIDsFromD3D10KHR) X(CreateFromD3D10BufferKHR) X(CreateFromD3D10Texture2DKHR) \
  X(CreateFromD3D10Texture3DKHR) X(EnqueueAcquireD3D10ObjectsKHR) X(EnqueueReleaseD3D10ObjectsKHR) \
  X(GetDeviceIDsFromD3D11KHR) X(CreateFromD3D11BufferKHR) X(CreateFromD3D11Texture2DKHR) \
  X(CreateFromD3D11Texture3DKHR) X(CreateFromDX9MediaSurfaceKHR) X(EnqueueAcquireD3D11ObjectsKHR) \
  X(EnqueueReleaseD3D11ObjectsKHR) X(GetDeviceIDsFromDX9MediaAdapterKHR) \
  X(EnqueueAcquireDX9MediaSurfacesKHR) X(EnqueueReleaseDX9MediaSurfacesKHR)

/// Functions of extensions that are no part of the table: a program asks for their addresses by name.
#define PHOTIC_OPENCL_EXTENSIONS(X) \
  X(CreateCommandQueueWithPropertiesKHR) X(GetKernelSuggestedLocalWorkSizeKHR) X(CreateCommandBufferKHR) \
  X(FinalizeCommandBufferKHR) X(RetainCommandBufferKHR) X(ReleaseCommandBufferKHR) \
  X(EnqueueCommandBufferKHR) X(CommandBarrierWithWaitListKHR) X(CommandCopyBufferKHR) \
  X(CommandCopyBufferRectKHR) X(CommandCopyBufferToImageKHR) X(CommandCopyImageKHR) \
  X(CommandCopyImageToBufferKHR) X(CommandFillBufferKHR) X(CommandFillImageKHR) X(CommandNDRangeKernelKHR) \
  X(GetCommandBufferInfoKHR)
// clang-format on
// NOLINTEND(cppcoreguidelines-macro-usage)

namespace photic::opencl {

// NOLINTNEXTLINE(cppcoreguidelines-macro-usage)
#define PHOTIC_OPENCL_DECLARE(name) decltype(::cl##name) pcl##name;
PHOTIC_OPENCL_TABLE(PHOTIC_OPENCL_DECLARE)
PHOTIC_OPENCL_EXTENSIONS(PHOTIC_OPENCL_DECLARE)
#undef PHOTIC_OPENCL_DECLARE

/// clResetDevicePHOTIC (cl_photic.h).
cl_int pclResetDevicePHOTIC(cl_device_id device);

}  // namespace photic::opencl
