// The order in which package-level variables are initialised.
//
// Go: cmd/compile/internal/types2/initorder.go
//
// Every constant, variable and function knows which package-level objects it mentions. Functions are
// taken out of that graph (who calls f depends on what f depends on), and then the variable that waits
// for the fewest others and comes first in the source is initialised, until all are. A variable that
// still waits for one that is not initialised is part of a cycle.
//
// Differs from Go: a set instead of a heap; priorities change by taking nodes out and in.
#include <algorithm>
#include <set>

#include "tools/minigo/checker.h"

namespace gort::minigo {

namespace {

struct GraphNode {
  Object* obj;
  std::set<GraphNode*> pred, succ;  // who depends on it; what it depends on
  size_t ndeps = 0;                 // of succ, those that are not initialised
};

struct ByPriority {
  bool operator()(const GraphNode* a, const GraphNode* b) const {
    bool ac = a->obj->kind == ObjectKind::Const, bc = b->obj->kind == ObjectKind::Const;
    if (ac != bc) return ac;
    if (a->ndeps != b->ndeps) return a->ndeps < b->ndeps;
    return a->obj->order < b->obj->order;
  }
};

bool mayDepend(const Object* o) { return o->kind != ObjectKind::TypeName; }

}  // namespace

void Checker::initOrder() {
  std::unordered_map<Object*, GraphNode> graph;
  for (Object* o : objList_) {
    if (mayDepend(o)) graph[o].obj = o;
  }
  for (Object* o : objList_) {
    if (!mayDepend(o)) continue;
    GraphNode* n = &graph[o];
    for (Object* d : declInfo(o)->deps) {
      if (!mayDepend(d)) continue;
      GraphNode* m = &graph[d];
      n->succ.insert(m);
      m->pred.insert(n);
    }
  }

  std::vector<GraphNode*> funcs, nodes;
  for (Object* o : objList_) {
    if (!mayDepend(o)) continue;
    (o->kind == ObjectKind::Func ? funcs : nodes).push_back(&graph[o]);
  }
  // Each function's removal connects its users with what it uses: the cheap ones first.
  std::stable_sort(funcs.begin(), funcs.end(), [](const GraphNode* a, const GraphNode* b) {
    return a->pred.size() * a->succ.size() < b->pred.size() * b->succ.size();
  });
  for (GraphNode* n : funcs) {
    for (GraphNode* p : n->pred) {
      if (p == n) continue;
      for (GraphNode* s : n->succ) {
        if (s == n) continue;
        p->succ.insert(s);
        s->pred.insert(p);
      }
      p->succ.erase(n);
    }
    for (GraphNode* s : n->succ) {
      if (s != n) s->pred.erase(n);
    }
  }

  std::set<GraphNode*, ByPriority> queue;
  for (GraphNode* n : nodes) {
    n->ndeps = n->succ.size();
    queue.insert(n);
  }

  std::set<DeclInfo*> emitted;
  while (!queue.empty()) {
    GraphNode* n = *queue.begin();
    queue.erase(queue.begin());
    if (n->ndeps > 0) {
      std::set<Object*> seen;
      std::vector<Object*> cycle = findPath(n->obj, n->obj, &seen);
      // if n is not on the cycle itself, another node reports it
      if (!cycle.empty()) reportCycle(cycle);
    }
    for (GraphNode* p : n->pred) {
      auto it = queue.find(p);
      bool waiting = it != queue.end() && *it == p;
      if (waiting) queue.erase(it);
      if (p->ndeps > 0) p->ndeps--;
      if (waiting) queue.insert(p);
    }

    auto* v = as<Var>(n->obj);
    if (v == nullptr) continue;
    DeclInfo* info = declInfo(v);
    if (!info->hasInitializer() || !emitted.insert(info).second) continue;
    Initializer init;
    init.lhs = info->lhs.empty() ? std::vector<Var*>{v} : info->lhs;
    init.rhs = info->init;
    pkg_->initOrder.push_back(std::move(init));
  }
}

// findPath is a list of objects through which `from` depends on `to`, last one first; empty if it does not.
std::vector<Object*> Checker::findPath(Object* from, Object* to, std::set<Object*>* seen) {
  if (!seen->insert(from).second) return {};
  DeclInfo* info = declInfo(from);
  if (info == nullptr) return {};
  std::vector<Object*> deps(info->deps.begin(), info->deps.end());
  std::sort(deps.begin(), deps.end(),
            [](const Object* a, const Object* b) { return a->order < b->order; });
  for (Object* d : deps) {
    if (d == to) return {d};
    std::vector<Object*> path = findPath(d, to, seen);
    if (!path.empty()) {
      path.push_back(d);
      return path;
    }
  }
  return {};
}

void Checker::reportCycle(const std::vector<Object*>& cycle) {
  Object* o = cycle[0];
  if (cycle.size() == 1) {
    errorf(o, "initialization cycle: %s refers to itself", o->name);
    return;
  }
  Error err(this);
  err.add(o, "initialization cycle for %s", o->name);
  for (size_t i = cycle.size(); i-- > 0;) {
    err.add(o, "%s refers to %s", o->name, cycle[i]->name);
    o = cycle[i];
  }
  err.report();
}

}  // namespace gort::minigo
