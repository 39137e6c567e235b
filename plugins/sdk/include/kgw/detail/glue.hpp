// glue.hpp - part of kgw.hpp, include that: from a class to the C tables.
#ifndef KGW_DETAIL_GLUE_HPP_
#define KGW_DETAIL_GLUE_HPP_

#include <concepts>
#include <cstdint>
#include <new>
#include <string_view>

#include "kgw/detail/call.hpp"
#include "kgw/detail/host.hpp"
#include "kgw/kgw.h"

namespace kgw::sdk {

template <typename P>
concept MapsOne = requires(P& p, Item item) {
  { p.map(item) } -> std::convertible_to<Status>;
};
template <typename P>
concept MapsBatch = requires(P& p, Call call, Items items) {
  { p.map(call, items) } -> std::convertible_to<Status>;
};
template <typename P>
concept Delivers = requires(P& p, Item unit) {
  { p.deliver(unit) } -> std::convertible_to<Status>;
};
template <typename P>
concept Pulls = requires(P& p, Item cursor) {
  { p.pull(cursor) } -> std::convertible_to<Status>;
};
template <typename P>
concept Probes = requires(P& p, Call call) {
  { p.probe(call) } -> std::convertible_to<Status>;
};

namespace internal {

// The one wall between C++ and the C boundary: whatever `body` throws ends here as a code.
template <typename Body>
kgw_code Barrier(const kgw_call* call, uint32_t item, Body&& body) noexcept {
  const auto tell = [&](std::string_view text) {
    call->issue(call->ctx, item, KGW_ERROR, slice("exception"), {nullptr, 0}, slice(text));
  };
  try {
    return Status(body()).code;
  } catch (const Error& error) {
    tell(error.text());
    return error.code() == KGW_OK ? KGW_INTERNAL : error.code();
  } catch (const std::bad_alloc&) {
    tell("The plug-in ran out of memory.");
    return KGW_RESOURCE_EXHAUSTED;
  } catch (...) {
    tell("The plug-in failed inside: an exception that its author did not expect.");
    return KGW_INTERNAL;
  }
}

template <typename P>
struct Glue {
  static kgw_code Create(const kgw_host* host, kgw_slice config, const kgw_call* call,
                         void** self) noexcept {
    return Barrier(call, 0, [&] {
      if constexpr (std::constructible_from<P, Host, std::string_view, Call>) {
        *self = new P(Host(host), view(config), Call(call));
      } else {
        *self = new P(Host(host), view(config));
      }
      return KGW_OK;
    });
  }
  static void Destroy(void* self) noexcept { delete static_cast<P*>(self); }

  static kgw_code Map(void* self, const kgw_call* call, const kgw_item* items,
                      uint32_t count) noexcept {
    P& plugin = *static_cast<P*>(self);
    if constexpr (MapsBatch<P>) {
      return Barrier(call, 0,
                     [&] { return plugin.map(Call(call), Items(Call(call), items, count)); });
    } else if constexpr (MapsOne<P>) {
      for (uint32_t i = 0; i < count; ++i) {
        const kgw_code code =
            Barrier(call, i, [&] { return plugin.map(Item(Call(call), i, items + i)); });
        call->finish(call->ctx, i, code);
      }
      return KGW_OK;
    } else {
      return KGW_UNIMPLEMENTED;
    }
  }
  static kgw_code Deliver(void* self, const kgw_call* call, const kgw_item* unit) noexcept {
    if constexpr (Delivers<P>) {
      return Barrier(call, 0,
                     [&] { return static_cast<P*>(self)->deliver(Item(Call(call), 0, unit)); });
    } else {
      return KGW_UNIMPLEMENTED;
    }
  }
  static kgw_code Pull(void* self, const kgw_call* call, const kgw_item* cursor) noexcept {
    if constexpr (Pulls<P>) {
      return Barrier(call, 0,
                     [&] { return static_cast<P*>(self)->pull(Item(Call(call), 0, cursor)); });
    } else {
      return KGW_UNIMPLEMENTED;
    }
  }
  static kgw_code Probe(void* self, const kgw_call* call) noexcept {
    if constexpr (Probes<P>) {
      return Barrier(call, 0, [&] { return static_cast<P*>(self)->probe(Call(call)); });
    } else {
      return KGW_UNIMPLEMENTED;
    }
  }

  static constexpr kgw_mapper kMapper{sizeof(kgw_mapper), 0, &Map};
  static constexpr kgw_connector kConnector{sizeof(kgw_connector), 0, &Deliver,
                                            Pulls<P> ? &Pull : nullptr, &Probe};

  static const void* Interface(const char* id) noexcept {
    static_assert(MapsOne<P> || MapsBatch<P> || Delivers<P>,
                  "a plug-in class needs map(Item), map(Call, Items) or deliver(Item)");
    static_assert(Delivers<P> == Probes<P>, "a connector has both deliver(Item) and probe(Call)");
    static_assert(Delivers<P> || !Pulls<P>, "pull(Item) needs deliver(Item) beside it");
    if ((MapsOne<P> || MapsBatch<P>)&&std::string_view(id) == KGW_MAPPER) return &kMapper;
    if (Delivers<P> && std::string_view(id) == KGW_CONNECTOR) return &kConnector;
    return nullptr;
  }
};

}  // namespace internal

}  // namespace kgw::sdk

#endif  // KGW_DETAIL_GLUE_HPP_
