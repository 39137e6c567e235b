// kgw.hpp - kgw.h for C++20: write a class, name it in KGW_PLUGIN, and the C table is made for you.
//
//   class HeartRate {
//    public:
//     HeartRate(kgw::sdk::Host host, std::string_view config_json);
//     kgw::sdk::Status map(kgw::sdk::Item item);   // one item; the wrapper closes it
//   };
//   KGW_PLUGIN(HeartRate, "org.example.heart-rate", "0.1.0", "Apache-2.0",
//              KGW_THREAD_SAFE | KGW_PURE)
//
// What the class may have, found by the compiler:
//   Class(Host, std::string_view config_json)  or  Class(Host, std::string_view config_json, Call)
//   Status map(Item)            kgw.mapper/1, one item at a time; the wrapper closes each with the
//                               Status it answers, and an exception fails that item alone
//   Status map(Call, Items)     kgw.mapper/1, a whole batch; the class calls Call::finish itself
//   Status deliver(Item)        kgw.connector/1, with
//   Status probe(Call)          and, if it can,
//   Status pull(Item)
//
// Views (bodies, media types, the tenant) are lent until the function returns: copy what you keep.
//
// Exceptions never leave the plug-in. kgw::sdk::Error carries a code and a text its author wrote
// for people; std::bad_alloc becomes RESOURCE_EXHAUSTED; anything else becomes INTERNAL, and its
// what() is dropped, because it may hold a value from the input.
//
// Header only, with no part in the binary interface: each plug-in compiles its own copy.
#ifndef KGW_KGW_HPP_
#define KGW_KGW_HPP_

#include <string_view>

#include "kgw/detail/call.hpp"
#include "kgw/detail/glue.hpp"
#include "kgw/detail/host.hpp"
#include "kgw/kgw.h"

// kgw_add_plugin defines KGW_MANIFEST_ID, KGW_MANIFEST_VERSION and KGW_MANIFEST_ABI_MINOR from the
// manifest, so that the two cannot part. The minor is the oldest host the plug-in can serve, which
// its author decides; the kit's own is only the newest it could ask for. Without a manifest it is
// 0.
#ifdef KGW_MANIFEST_ABI_MINOR
#define KGW_SDK_ABI_MINOR KGW_MANIFEST_ABI_MINOR
static_assert(KGW_MANIFEST_ABI_MINOR <= KGW_ABI_MINOR,
              "the manifest's abi.minor is newer than this kgw.h");
#else
#define KGW_SDK_ABI_MINOR 0u
#endif
#if defined(KGW_MANIFEST_ID) && defined(KGW_MANIFEST_VERSION)
#define KGW_SDK_CHECK_MANIFEST(id_, version_)                        \
  static_assert(std::string_view(id_) == KGW_MANIFEST_ID,            \
                "the id in KGW_PLUGIN differs from the manifest's"); \
  static_assert(std::string_view(version_) == KGW_MANIFEST_VERSION,  \
                "the version in KGW_PLUGIN differs from the manifest's");
#else
#define KGW_SDK_CHECK_MANIFEST(id_, version_)
#endif

// Once in a plug-in, outside any namespace: KGW_PLUGIN(Class, id, version, license, flags,
// service ids...).
#define KGW_PLUGIN(Class_, id_, version_, license_, flags_, ...)                     \
  KGW_SDK_CHECK_MANIFEST(id_, version_)                                              \
  extern "C" KGW_EXPORT const kgw_plugin* kgw_entry_v1(uint32_t);                    \
  extern "C" KGW_EXPORT const kgw_plugin* kgw_entry_v1(uint32_t) {                   \
    static constexpr const char* kServices[] = {__VA_ARGS__ __VA_OPT__(, ) nullptr}; \
    using Glue = kgw::sdk::internal::Glue<Class_>;                                   \
    static constexpr kgw_plugin kPlugin{sizeof(kgw_plugin),                          \
                                        KGW_SDK_ABI_MINOR,                           \
                                        id_,                                         \
                                        version_,                                    \
                                        license_,                                    \
                                        flags_,                                      \
                                        0,                                           \
                                        kServices,                                   \
                                        &Glue::Create,                               \
                                        &Glue::Destroy,                              \
                                        &Glue::Interface};                           \
    return &kPlugin;                                                                 \
  }

#endif  // KGW_KGW_HPP_
