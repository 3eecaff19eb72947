/// The stack that instructions take from, down to the last mark, and put onto.
extension PickleReader {
  mutating func container(_ members: [PickleValue]) -> Int {
    containers.append(members)
    return containers.count - 1
  }

  func top() throws -> PickleValue {
    guard let value = stack.last, stack.count > marks.last ?? 0 else { throw Self.misplaced }
    return value
  }

  mutating func pop() throws -> PickleValue {
    let value = try top()
    stack.removeLast()
    return value
  }

  mutating func pop(_ count: Int) throws -> [PickleValue] {
    guard stack.count - count >= marks.last ?? 0 else { throw Self.misplaced }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  mutating func popToMark() throws -> [PickleValue] {
    guard let mark = marks.popLast() else { throw Self.misplaced }
    defer { stack.removeSubrange(mark...) }
    return Array(stack[mark...])
  }

  mutating func extendList(_ members: [PickleValue]) throws {
    guard case .list(let place) = try top() else { throw Self.misplaced }
    containers[place] += members
  }

  mutating func extendDictionary(_ members: [PickleValue]) throws {
    guard case .dictionary(let place) = try top(), members.count % 2 == 0 else { throw Self.misplaced }
    containers[place] += members
  }

  mutating func recall(_ index: Int) throws {
    guard let value = memo[index] else { throw Self.misplaced }
    stack.append(value)
  }
}
