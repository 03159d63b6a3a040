// select.h: select for C++.
//
//   int v;                                        // Go:
//   switch (gort::Select().recv(c1, v).send(c2, 7).run()) {  // select {
//     case 0: use(v); break;                      //   case v = <-c1: use(v)
//     case 1: sent(); break;                      //   case c2 <- 7: sent()
//   }                                             // }
//
//   gort::Select()
//       .recv(c1, [&](int v) { use(v); })
//       .recv(done, [&] { stop = true; })
//       .default_([&] { idle(); })
//       .run();
//
// A Select is a list of cases and at most one default. run() waits until one of the
// operations can proceed, carries it out, and returns the case's number, counting
// from 0 in the order in which cases were added. Of several that can proceed it takes
// one at random, each with the same chance. With a default it does not wait, and
// returns Select::Default if none can proceed. A case on a nil channel never proceeds;
// a Select without a case that can waits forever.
//
// Nothing is evaluated late, unlike a Go case's right hand side that is: channels and
// values to send are evaluated when the case is added. run() may be called once.
//
// Lifetimes. A Select keeps references to the variables it receives into and to the
// values it sends; nothing is copied. In an expression like the ones above, temporary
// values and lambdas live long enough. A Select that has a name lives on, so it takes
// only variables:
//
//   gort::Select s;                               // as many cases as there are channels
//   for (auto& c : channels) s.recv(c, v);
//   int i = s.run();
//
// Up to inlineCases cases need no allocation.
//
// Go: the select statement, runtime/select.go; with a name, reflect.Select
#ifndef GORT_SELECT_H_
#define GORT_SELECT_H_

#include <gort/abi.h>
#include <gort/chan.h>

#include <concepts>
#include <type_traits>
#include <utility>

namespace gort {

namespace internal {

template <class C>
concept ReceivesFrom = requires {
  typename C::value_type;
}
&&std::derived_from<C, RecvChan<typename C::element_type>>;
template <class C>
concept HasDefault = std::default_initializable<typename C::value_type>;
template <class C>
concept SendsTo = requires {
  typename C::value_type;
}
&&std::convertible_to<C, SendChan<typename C::element_type>>;
template <class C>
concept Copies = Travel<typename C::value_type>::copyable;

// What may handle a received V: f(V), f(V, bool) or f(); for a V that has no default
// value, which a closed channel would yield, f(std::optional<V>) or f().
template <class F, class V>
concept Handles = std::invocable<F&> ||(std::default_initializable<V> &&
                                        (std::invocable<F&, V, bool> || std::invocable<F&, V>)) ||
                  (!std::default_initializable<V> && std::invocable<F&, std::optional<V>>);

}  // namespace internal

class Select {
 public:
  static constexpr int Default = -1;     // what run returns for the default
  static constexpr int inlineCases = 8;  // above that, one allocation
  static constexpr int maxCases = 65536;

  Select() {}
  Select(const Select&) = delete;
  Select& operator=(const Select&) = delete;
  ~Select();

  // recv adds a case that receives from c.
  //   recv(c)          drops the value
  //   recv(c, v)       into v; T() if c is closed and empty
  //   recv(c, v, ok)   and ok says which. Go: case v, ok = <-c
  //   recv(c, f)       calls f(T), f(T, ok) or f() from run; if T has no default value,
  //                    f(std::optional<T>) or f()
  template <internal::ReceivesFrom C>
  Select& recv(C c) & {
    addRecv<C>(c);
    return *this;
  }
  template <internal::ReceivesFrom C>
  requires internal::HasDefault<C> Select& recv(C c, typename C::value_type& v) & {
    addRecv<C>(c, v, nullptr);
    return *this;
  }
  template <internal::ReceivesFrom C>
  requires internal::HasDefault<C> Select& recv(C c, typename C::value_type& v, bool& ok) & {
    addRecv<C>(c, v, &ok);
    return *this;
  }

  template <internal::ReceivesFrom C>
  Select&& recv(C c) && {
    addRecv<C>(c);
    return std::move(*this);
  }
  template <internal::ReceivesFrom C>
  requires internal::HasDefault<C> Select && recv(C c, typename C::value_type& v) && {
    addRecv<C>(c, v, nullptr);
    return std::move(*this);
  }
  template <internal::ReceivesFrom C>
  requires internal::HasDefault<C> Select && recv(C c, typename C::value_type& v, bool& ok) && {
    addRecv<C>(c, v, &ok);
    return std::move(*this);
  }
  // The slot is where the value lies until f gets it: a temporary of the caller's.
  template <internal::ReceivesFrom C, internal::Handles<typename C::value_type> F>
  Select&& recv(
      C c, F&& f,
      internal::Slot<typename C::value_type>&& slot = internal::Slot<typename C::value_type>()) && {
    addRecvCall<C>(c, f, slot);
    return std::move(*this);
  }

  // send adds a case that sends v on c, then calls f if there is one. If the case is
  // not taken, v is as before, even if it was given with std::move. Taken on a closed
  // channel, run panics with "send on closed channel".
  template <internal::SendsTo C>
  requires internal::Copies<C> Select& send(C c, const typename C::value_type& v) & {
    addSend<C>(c, v);
    return *this;
  }
  template <internal::SendsTo C>
  Select& send(C c, typename C::value_type&& v) & = delete;  // v would be gone before run
  template <internal::SendsTo C>
  requires(internal::Travel<typename C::value_type>::empty) Select& send(C c) & {
    addSend<C>(c, theUnit<typename C::value_type>);
    return *this;
  }

  template <internal::SendsTo C>
  requires internal::Copies<C> Select && send(C c, const typename C::value_type& v) && {
    addSend<C>(c, v);
    return std::move(*this);
  }
  template <internal::SendsTo C>
  Select&& send(C c, typename C::value_type&& v) && {
    addSend<C>(c, std::move(v));
    return std::move(*this);
  }
  template <internal::SendsTo C, std::invocable F>
  requires internal::Copies<C> Select && send(C c, const typename C::value_type& v, F&& f) && {
    addSend<C>(c, v);
    setCall(f);
    return std::move(*this);
  }
  template <internal::SendsTo C, std::invocable F>
  Select&& send(C c, typename C::value_type&& v, F&& f) && {
    addSend<C>(c, std::move(v));
    setCall(f);
    return std::move(*this);
  }
  template <internal::SendsTo C>
  requires(internal::Travel<typename C::value_type>::empty) Select && send(C c) && {
    addSend<C>(c, theUnit<typename C::value_type>);
    return std::move(*this);
  }

  // default_ makes run return at once if no case can proceed, after a call of f.
  Select& default_() & {
    block_ = false;
    return *this;
  }
  Select&& default_() && {
    block_ = false;
    return std::move(*this);
  }
  template <std::invocable F>
  Select&& default_(F&& f) && {
    block_ = false;
    dflt_.call = callOf<F>();
    dflt_.callable = addressOf(f);
    return std::move(*this);
  }

  // run carries out one case, and returns its number, or Default.
  int run();

 private:
  // How a case ended.
  enum class End { notTaken, closed, done };

  struct Case {
    hchan* c;
    void* elem;    // the carrier, unless boxed
    void* word;    // the carrier, if boxed
    void* target;  // the variable received into, the value sent
    void* callable;
    bool* ok;                          // may be null
    void (*settle)(Case& k, End end);  // called once, when the outcome is known; may be null
    void (*call)(Case& k, End end);    // calls the handler; may be null
    bool sends;
    bool boxed;
  };

  template <class V>
  static constexpr V theUnit{};

  Case* add(hchan* c, bool sends) {
    if (n_ == cap_) grow();
    Case* k = &cases_[n_++];
    k->c = c;
    k->elem = nullptr;
    k->word = nullptr;
    k->target = nullptr;
    k->settle = nullptr;
    k->call = nullptr;
    k->callable = nullptr;
    k->ok = nullptr;
    k->sends = sends;
    k->boxed = false;
    return k;
  }

  // addressOf and at turn an object, or a function, into a void* and back.
  template <class T>
  static void* addressOf(T& x) {
    if constexpr (std::is_function_v<T>) {
      return reinterpret_cast<void*>(std::addressof(x));
    } else {
      return const_cast<void*>(static_cast<const volatile void*>(std::addressof(x)));
    }
  }
  template <class T>
  static T& at(void* p) {
    if constexpr (std::is_function_v<T>) {
      return *reinterpret_cast<T*>(p);
    } else {
      return *static_cast<T*>(p);
    }
  }

  template <class C>
  void addRecv(C c) {
    using V = typename C::value_type;
    Case* k = add(c.c_, false);
    if constexpr (!internal::Travel<V>::direct) {
      k->boxed = true;
      k->settle = [](Case& k, End end) {
        if (end == End::done) internal::Box<V> box(static_cast<V*>(k.word));
      };
    }
  }

  template <class C>
  void addRecv(C c, typename C::value_type& v, bool* ok) {
    using V = typename C::value_type;
    using Tr = internal::Travel<V>;
    Case* k = add(c.c_, false);
    k->ok = ok;
    k->target = addressOf(v);
    if constexpr (Tr::direct) {
      k->elem = k->target;
      if constexpr (!Tr::zeroIsDefault) {
        k->settle = [](Case& k, End end) {
          if (end == End::closed) *static_cast<V*>(k.target) = V();
        };
      }
    } else {
      k->boxed = true;
      k->settle = [](Case& k, End end) {
        V& v = *static_cast<V*>(k.target);
        if (end == End::closed) v = V();
        if (end != End::done) return;
        internal::Box<V> box(static_cast<V*>(k.word));
        v = std::move(*box.p);
      };
    }
  }

  template <class C, class F>
  void addRecvCall(C c, F& f, internal::Slot<typename C::value_type>& slot) {
    using V = typename C::value_type;
    Case* k = add(c.c_, false);
    k->elem = &slot.value;
    k->callable = addressOf(f);
    k->call = [](Case& k, End end) {
      F& f = at<F>(k.callable);
      auto& carrier = *static_cast<typename internal::Travel<V>::Carrier*>(k.elem);
      if constexpr (internal::Travel<V>::direct) {
        if (end == End::done) {
          deliver<V>(f, carrier);
        } else {
          deliverClosed<V>(f);
        }
      } else {
        internal::Box<V> box(end == End::done ? carrier : nullptr);
        if (end == End::done) {
          deliver<V>(f, *box.p);
        } else {
          deliverClosed<V>(f);
        }
      }
    };
  }

  template <class V, class F>
  static void deliver(F& f, V& v) {
    if constexpr (std::is_invocable_v<F&>) {
      f();
    } else if constexpr (!std::is_default_constructible_v<V>) {
      f(std::optional<V>(std::in_place, std::move(v)));
    } else if constexpr (std::is_invocable_v<F&, V, bool>) {
      f(std::move(v), true);
    } else {
      f(std::move(v));
    }
  }

  template <class V, class F>
  static void deliverClosed(F& f) {
    if constexpr (std::is_invocable_v<F&>) {
      f();
    } else if constexpr (!std::is_default_constructible_v<V>) {
      f(std::optional<V>());
    } else if constexpr (std::is_invocable_v<F&, V, bool>) {
      f(V(), false);
    } else {
      f(V());
    }
  }

  template <class C>
  void addSend(C c, const typename C::value_type& v) {
    using V = typename C::value_type;
    SendChan<typename C::element_type> to = c;
    if constexpr (internal::Travel<V>::direct) {
      add(to.c_, true)->elem = addressOf(v);
    } else {
      internal::Box<V> box(std::in_place, v);
      Case* k = add(to.c_, true);
      k->boxed = true;
      k->word = box.p;
      box.p = nullptr;
      k->settle = [](Case& k, End end) {
        if (end == End::notTaken) internal::Box<V> box(static_cast<V*>(k.word));
      };
    }
  }

  template <class C>
  void addSend(C c, typename C::value_type&& v) {
    using V = typename C::value_type;
    SendChan<typename C::element_type> to = c;
    if constexpr (internal::Travel<V>::direct) {
      add(to.c_, true)->elem = addressOf(v);
    } else {
      internal::Box<V> box(std::in_place, std::move(v));
      Case* k = add(to.c_, true);
      k->target = addressOf(v);
      k->boxed = true;
      k->word = box.p;
      box.p = nullptr;
      k->settle = [](Case& k, End end) {
        if (end != End::notTaken) return;
        internal::Box<V> box(static_cast<V*>(k.word));
        internal::MoveBack<V> back{*static_cast<V*>(k.target), box};
      };
    }
  }

  template <class F>
  static auto callOf() -> void (*)(Case&, End) {
    using Fn = std::remove_reference_t<F>;
    return [](Case& k, End) { at<Fn>(k.callable)(); };
  }

  template <class F>
  void setCall(F& f) {
    Case& k = cases_[n_ - 1];
    k.call = callOf<F>();
    k.callable = addressOf(f);
  }

  void grow();
  // settle tells every case how it ended: taken, which may be null, with end; the others
  // were not taken. Then there are no cases any more.
  void settle(Case* taken, End end);

  int n_ = 0;
  int cap_ = inlineCases;
  bool block_ = true;
  Case* cases_ = inline_;
  Case dflt_{};
  Case inline_[inlineCases];
};

}  // namespace gort

#endif  // GORT_SELECT_H_
