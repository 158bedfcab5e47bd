// Lines whose order of keys was seen before.
extension EventParser {
    /// Records a line's values by a template; `nil` where none has its keys and operators in this order, or where a token is no
    /// valid one: the walk then says what is there.
    @inline(__always)
    func follow(_ line: LineStructure, marked mark: UInt64, _ templates: LineTemplates) -> Unmanaged<LineTemplate>? {
        templates.first(marked: mark) { template in
            template._withUnsafeGuaranteedRef { template in
                if follow(line, template) {
                    mayOpen = template.mayOpen
                    mayHoldColumns = !template.columns.isEmpty
                    columnsAtHand = UnsafeBufferPointer(template.columns)
                    return true
                }
                // What was recorded so far is forgotten.
                advance()
                return false
            }
        }
    }

    private func follow(_ line: LineStructure, _ template: LineTemplate) -> Bool {
        let (bytes, positions) = (line.bytes, line.positions)
        var previous = Int(positions[0])
        guard line.count == template.operatorCount, bytes[previous] == UInt8(ascii: "{"), isSpace(bytes, 0, previous)
        else { return false }
        let texts = template.texts
        var index = 1
        // SAFETY: the steps take as many operators as the template was made of, and the line has as many.
        for place in 0..<template.stepCount {
            let step = template.steps[place]
            var position = Int(positions[index])
            index &+= 1
            switch step.kind {
            case .member, .opensMember:
                let count = Int(step.textCount)
                guard position &- previous == count,
                    Self.isEqual(bytes + (previous &+ 1), texts + Int(step.textStart), count)
                else { return false }
                previous = position
                position = Int(positions[index])
                index &+= 1
                guard bytes[position] == step.end else { return false }
                if step.kind == .opensMember {
                    guard isSpace(bytes, previous &+ 1, position) else { return false }
                    open(step, at: position)
                } else if step.slot >= 0 {
                    guard let token = Token(bytes, from: previous &+ 1, to: position) else { return false }
                    values[Int(step.slot)] = value(of: token, bytes)
                    memberTails[Int(step.slot)] = 0
                } else if !Self.isString(bytes, previous &+ 1, position) {
                    guard Token(bytes, from: previous &+ 1, to: position) != nil else { return false }
                }
            case .element:
                guard bytes[position] == step.end, let token = Token(bytes, from: previous &+ 1, to: position) else {
                    return false
                }
                if step.slot >= 0 { append(value(of: token, bytes), in: Int(step.slot)) }
            case .opensElement, .closes:
                guard bytes[position] == step.end, isSpace(bytes, previous &+ 1, position) else { return false }
            }
            previous = position
        }
        return isSpace(bytes, previous &+ 1, line.length)
    }

    private func append(_ value: EventValue, in slot: Int) {
        isAppending = 1
        store(value, in: slot)
        isAppending = 0
    }

    private func open(_ step: LineTemplate.Step, at position: Int) {
        if step.node >= 0 { nodeStamps[Int(step.node)] = stamp }
        guard step.slot >= 0 else { return }
        let isObject = step.end == UInt8(ascii: "{")
        values[Int(step.slot)] = EventValue(
            start: position, length: 0, kind: isObject ? .object : .array, base: .line, isEncoded: false, stamp: stamp)
        memberTails[Int(step.slot)] = 0
    }

    @inline(__always)
    private static func isString(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Bool {
        bytes[start] == UInt8(ascii: "\"") && bytes[end &- 1] == UInt8(ascii: "\"")
    }

    /// Whether two texts of the same length, which is not 0, are equal.
    ///
    /// Four words without a loop, for the 16 to 32 bytes that most keys have, won nothing that could be told from noise.
    @inline(__always)
    private static func isEqual(_ left: UnsafePointer<UInt8>, _ right: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        let (left, right) = (UnsafeRawPointer(left), UnsafeRawPointer(right))
        // SAFETY: only bytes within both texts are loaded; the last word overlaps the one before it.
        guard count >= 8 else {
            for offset in 0..<count
            where left.load(fromByteOffset: offset, as: UInt8.self)
                != right.load(fromByteOffset: offset, as: UInt8.self)
            {
                return false
            }
            return true
        }
        var offset = 0
        while offset < count &- 8 {
            if left.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                != right.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            {
                return false
            }
            offset &+= 8
        }
        return left.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
            == right.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
    }

    /// Learns the order of keys of a line that was walked and found to be well-formed.
    func learn(_ line: LineStructure, marked mark: UInt64, _ templates: LineTemplates) {
        guard wrapper == .none else { return }
        let template = LineTemplate(line, tables: tables) { key, node in
            find(line.bytes + key.lowerBound, key.count, available: line.length - key.lowerBound, node: Int(node))
        }
        templates.keep(template, marked: mark)
    }
}
