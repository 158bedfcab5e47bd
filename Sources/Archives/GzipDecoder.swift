import CISAL
import Glibc

/// Decodes gzip members (RFC 1952) one after the other with ISA-L, which checks each member's CRC and length.
final class GzipDecoder: Decoder {
    private enum State {
        case boundary
        case member
        /// Zeros behind the last member, as tape and block devices leave them.
        case padding
        case searching(FrameSearch)
        case ended
    }

    private let input: ByteInput
    // SAFETY: allocated here, freed in deinit, used by the one worker that holds the decoder.
    private let inflater: UnsafeMutablePointer<inflate_state>
    private var state = State.boundary
    private var member = FrameRecord(unit: "gzip member")
    let demand = DecoderDemand(history: 0, piece: 512 << 10)

    var position: Int { input.position }
    var startedAt: Int? { member.startedAt }
    var endedAt: Int? { member.endedAt }

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
        if let pending = member.takePending() { return pending }
        return switch state {
        case .boundary: boundary()
        case .member: inflate(into: target, capacity: capacity)
        case .padding: padding()
        case .searching(let search): self.search(search)
        case .ended: .ended
        }
    }

    private func boundary() -> DecoderStep {
        var bytes = input.available(10)
        if bytes.count < 10, input.isStarved { return .starved }
        if let failure = input.failure { return failed(failure) }
        member.end(at: position)
        if bytes.isEmpty {
            state = .ended
            return .ended
        }
        if bytes[0] == 0 {
            state = .padding
            return .produced(0)
        }
        member.arrive(at: position)
        guard FrameMagic.isGzip(bytes) else { return bytes.count < 4 ? truncated() : misfit(hasMagic: false) }
        member.begin()
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
                return misfit(hasMagic: true)
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
                member.end(at: position)
                state = .boundary
                member.tellLater(member.mismatch("checksum or length"))
            } else {
                state = .searching(FrameSearch(beyondFirst: true))
                let damage = member.damaged("is damaged; reading goes on with the next member")
                member.tellLater(.damaged(damage, isGap: true))
            }
        } else if inflater.pointee.block_state == ISAL_BLOCK_FINISH {
            member.end(at: position)
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
        member.end(at: position)
        if zeros < window.count { state = .boundary }
        return .produced(0)
    }

    private func misfit(hasMagic: Bool) -> DecoderStep {
        state = .searching(FrameSearch(beyondFirst: true))
        return .damaged(member.misfit(hasMagic: hasMagic), isGap: true)
    }

    private func truncated() -> DecoderStep {
        state = .searching(FrameSearch(beyondFirst: true))
        return .damaged(member.cutOff(input), isGap: true)
    }

    private func failed(_ failure: SystemError) -> DecoderStep {
        state = .ended
        return member.failed(failure, at: position)
    }

    /// Goes on to the next thing that looks like a member's header in all its fixed fields.
    private func search(_ search: FrameSearch) -> DecoderStep {
        var search = search
        let outcome = search.step(input, first: 0x1F, headerSize: 10) { header in
            // Extra flags 0, 2 or 4; a known operating system or "unknown".
            header.count >= 10 && FrameMagic.isGzip(header) && [0, 2, 4].contains(header[8])
                && (header[9] <= 13 || header[9] == 255)
        }
        switch outcome {
        case .found: state = .boundary
        case .more: state = .searching(search)
        case .starved: return .starved
        case .ended:
            if let failure = input.failure { return failed(failure) }
            state = .ended
        }
        return .produced(0)
    }
}
