import CISAL
import Glibc

/// Decodes gzip members (RFC 1952) one after the other with ISA-L, which checks each member's CRC and length.
final class GzipDecoder: Decoder {
    private enum State {
        case boundary
        case member
        /// Zeros behind the last member, as tape and block devices leave them.
        case padding
        case searching
        case ended
    }

    private let input: ByteInput
    // SAFETY: allocated here, freed in deinit, used by the one worker that holds the decoder.
    private let inflater: UnsafeMutablePointer<inflate_state>
    private var state = State.boundary
    private var memberStart = 0
    private var pendingDamage: (damage: ArchiveDamage, isGap: Bool)?
    let demand = DecoderDemand(history: 0, piece: 512 << 10)
    let startedAt: Int? = 0
    private(set) var endedAt: Int?

    var position: Int { input.position }

    /// A header with longer name and comment than this is taken for damage.
    private static let headerLimit = 1 << 20
    /// Compressed bytes given to one call.
    private static let inputLimit = 256 << 10

    init(input: ByteInput) {
        self.input = input
        inflater = .allocate(capacity: 1)
        isal_inflate_init(inflater)
    }

    deinit { inflater.deallocate() }

    func step(into target: UnsafeMutableRawPointer, capacity: Int) -> DecoderStep {
        if let pending = pendingDamage {
            pendingDamage = nil
            return .damaged(pending.damage, isGap: pending.isGap)
        }
        return switch state {
        case .boundary: boundary()
        case .member: inflate(into: target, capacity: capacity)
        case .padding: padding()
        case .searching: search()
        case .ended: .ended
        }
    }

    private func boundary() -> DecoderStep {
        var bytes = input.available(10)
        if bytes.count < 10, input.isStarved { return .starved }
        if let failure = input.failure { return failed(failure) }
        endedAt = position
        if bytes.isEmpty {
            state = .ended
            return .ended
        }
        if bytes[0] == 0 {
            state = .padding
            return .produced(0)
        }
        memberStart = position
        endedAt = nil
        guard FrameMagic.isGzip(bytes) else {
            if bytes.count < 4 { return truncated() }
            return misfit("no gzip member begins here")
        }
        var wanted = 64
        while true {
            if let size = Self.headerSize(bytes) {
                input.skip(size)
                // From scratch: a damaged member may refer to what precedes its first byte, which the inflater takes
                // from the history that it happens to hold; so damage reads alike each time, and nothing leaks through it.
                memset(inflater, 0, MemoryLayout<inflate_state>.size)
                isal_inflate_init(inflater)
                inflater.pointee.crc_flag = UInt32(ISAL_GZIP_NO_HDR_VER)
                state = .member
                return .produced(0)
            }
            if bytes.count > Self.headerLimit {
                return misfit("the header of the gzip member that begins here is damaged")
            }
            wanted = max(wanted * 2, bytes.count + 1)
            let more = input.available(wanted)
            if more.count == bytes.count {
                if input.isStarved { return .starved }
                if let failure = input.failure { return failed(failure) }
                return truncated()
            }
            bytes = more
        }
    }

    /// Bytes of the member's header; nil when they are not all there.
    private static func headerSize(_ bytes: UnsafeRawBufferPointer) -> Int? {
        let flags = bytes[3]
        var size = 10
        if flags & 0x04 != 0 {
            guard bytes.count >= size + 2 else { return nil }
            size += 2 + Int(bytes[size]) + Int(bytes[size + 1]) << 8
        }
        // Name and comment, each ended by a zero.
        for flag in [UInt8(0x08), 0x10] where flags & flag != 0 {
            guard size < bytes.count, size <= headerLimit, let base = bytes.baseAddress,
                let found = memchr(base + size, 0, min(bytes.count, headerLimit + 1) - size)
            else { return nil }
            size = UnsafeRawPointer(found) - base + 1
        }
        if flags & 0x02 != 0 { size += 2 }
        return bytes.count >= size ? size : nil
    }

    private func inflate(into target: UnsafeMutableRawPointer, capacity: Int) -> DecoderStep {
        let bytes = input.available(1)
        if bytes.isEmpty {
            if input.isStarved { return .starved }
            if let failure = input.failure { return failed(failure) }
            // Bits that the inflater holds may be all that is left: it is called once more below when there are some.
            if inflater.pointee.read_in_length <= 0 { return truncated() }
        }
        let given = UInt32(min(bytes.count, Self.inputLimit))
        let room = UInt32(clamping: min(capacity, 4 << 20))
        // SAFETY: the inflater reads `given` bytes and writes at most `room`; it keeps its own history.
        inflater.pointee.next_in = UnsafeMutablePointer(
            mutating: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
        inflater.pointee.avail_in = given
        inflater.pointee.next_out = target.assumingMemoryBound(to: UInt8.self)
        inflater.pointee.avail_out = room
        let result = isal_inflate(inflater)
        input.skip(Int(given - inflater.pointee.avail_in))
        let produced = Int(room - inflater.pointee.avail_out)
        if result < 0 {
            if result == ISAL_INCORRECT_CHECKSUM {
                endedAt = position
                state = .boundary
                pendingDamage = (
                    ArchiveDamage(
                        offset: memberStart,
                        reason: "the checksum or length of the gzip member that begins here does not match"), false
                )
            } else {
                state = .searching
                pendingDamage = (
                    ArchiveDamage(
                        offset: memberStart,
                        reason: "the gzip member that begins here is damaged near byte \(position); "
                            + "reading goes on with the next member"), true
                )
            }
        } else if inflater.pointee.block_state == ISAL_BLOCK_FINISH {
            endedAt = position
            state = .boundary
        } else if bytes.isEmpty, produced == 0 {
            return truncated()
        }
        return .produced(produced)
    }

    private func padding() -> DecoderStep {
        let bytes = input.available(1)
        if bytes.isEmpty {
            if input.isStarved { return .starved }
            if let failure = input.failure { return failed(failure) }
            state = .ended
            return .ended
        }
        let window = bytes.prefix(1 << 20)
        let zeros = window.firstIndex { $0 != 0 } ?? window.count
        input.skip(zeros)
        endedAt = position
        if zeros < window.count { state = .boundary }
        return .produced(0)
    }

    private func misfit(_ what: String) -> DecoderStep {
        state = .searching
        return .damaged(
            ArchiveDamage(offset: memberStart, reason: what + "; reading goes on with the next member"), isGap: true)
    }

    private func truncated() -> DecoderStep {
        let end = position + input.available(1).count
        input.skip(end - position)
        state = .ended
        return .damaged(
            ArchiveDamage(
                offset: memberStart,
                reason: "the gzip member that begins here is cut off: the archive ends at byte \(end)"),
            isGap: true)
    }

    private func failed(_ failure: SystemError) -> DecoderStep {
        state = .ended
        endedAt = nil
        return .damaged(ArchiveDamage(offset: position, reason: "reading failed: \(failure.reason)"), isGap: true)
    }

    /// Goes on to the next thing that looks like a member's header in all its fixed fields.
    private func search() -> DecoderStep {
        let bytes = input.available(11)
        if bytes.count < 11 {
            if input.isStarved { return .starved }
            input.skip(bytes.count)
            state = .ended
            return .produced(0)
        }
        let window = UnsafeRawBufferPointer(rebasing: bytes.prefix(1 << 20))
        var index = 1
        while index + 10 <= window.count {
            guard let base = window.baseAddress,
                let found = memchr(base + index, 0x1F, window.count - 9 - index)
            else {
                index = window.count - 9
                break
            }
            index = UnsafeRawPointer(found) - base
            let header = UnsafeRawBufferPointer(rebasing: window[index..<(index + 10)])
            // Extra flags 0, 2 or 4; a known operating system or "unknown".
            if FrameMagic.isGzip(header), [0, 2, 4].contains(header[8]), header[9] <= 13 || header[9] == 255 {
                input.skip(index)
                state = .boundary
                return .produced(0)
            }
            index += 1
        }
        // The next search begins at the second byte.
        input.skip(max(1, index - 1))
        return .produced(0)
    }
}
