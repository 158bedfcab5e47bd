/// Memory for what is derived from one event, given back as a whole when the next one begins.
///
/// SAFETY: a block is freed only by `reset` and `deinit`, so every buffer handed out stays valid until then.
public struct ByteArena: ~Copyable {
    private var block: UnsafeMutableRawPointer
    private var capacity: Int
    private var used = 0
    /// Blocks that were too small, kept until the event is done.
    private var outgrown: [UnsafeMutableRawPointer] = []

    /// - Parameter capacity: of the first block, in bytes; more is taken where an event needs it.
    public init(capacity: Int = 64 << 10) {
        self.capacity = capacity
        block = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit {
        block.deallocate()
        for old in outgrown { old.deallocate() }
    }

    /// Takes everything back.
    public mutating func reset() {
        used = 0
        if outgrown.isEmpty { return }
        for old in outgrown { old.deallocate() }
        outgrown.removeAll()
        // An event with values of megabytes should not hold on to them for the rest of the hunt.
        if capacity > 4 << 20 {
            block.deallocate()
            capacity = 64 << 10
            block = .allocate(byteCount: capacity, alignment: 16)
        }
    }

    /// Room for `count` bytes, aligned to 16.
    public mutating func allocate(_ count: Int) -> UnsafeMutableRawBufferPointer {
        if used + count > capacity {
            outgrown.append(block)
            capacity = max(capacity * 2, count * 2)
            block = .allocate(byteCount: capacity, alignment: 16)
            used = 0
        }
        let start = block + used
        used = (used + count + 15) & ~15
        return UnsafeMutableRawBufferPointer(start: start, count: count)
    }

    /// Takes back what lies behind the first bytes of the room that was given last.
    mutating func giveBack(of room: UnsafeMutableRawBufferPointer, behind count: Int) {
        guard let start = room.baseAddress else { return }
        used = (start - block + count + 15) & ~15
    }

    /// Room for so many texts, not initialised. Valid until ``reset()``, as all that the arena gives.
    public mutating func pointers(count: Int) -> UnsafeMutableBufferPointer<UnsafeRawBufferPointer> {
        allocate(count * MemoryLayout<UnsafeRawBufferPointer>.stride).bindMemory(to: UnsafeRawBufferPointer.self)
    }

    /// The first text, the separator and the second one in a row, copied. Linear in all three.
    public mutating func join(
        _ first: UnsafeRawBufferPointer, _ separator: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer
    ) -> UnsafeRawBufferPointer {
        let room = allocate(first.count + separator.count + second.count)
        UnsafeMutableRawBufferPointer(rebasing: room[..<first.count]).copyMemory(from: first)
        for (index, byte) in separator.enumerated() { room[first.count + index] = byte }
        UnsafeMutableRawBufferPointer(rebasing: room[(first.count + separator.count)...]).copyMemory(from: second)
        return UnsafeRawBufferPointer(room)
    }

    /// A number's decimal digits.
    public mutating func decimal(_ number: UInt64) -> UnsafeRawBufferPointer {
        let room = allocate(20)
        var index = 20
        var rest = number
        repeat {
            index -= 1
            room[index] = UInt8(truncatingIfNeeded: rest % 10) &+ 0x30
            rest /= 10
        } while rest > 0
        return UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(room)[index...])
    }
}
