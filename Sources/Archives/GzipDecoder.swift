import CISAL
import Glibc
import Values

/// Decodes gzip members (RFC 1952) one after the other with ISA-L, which checks each member's CRC and length.
final class GzipDecoder: Decoder {
    private enum State {
        case boundary
        case member
        /// Zeros, as tape and block devices leave them behind the last member.
        case padding
        case searching(FrameSearch)
        case ended
    }

    private let input: ByteInput
    // SAFETY: allocated here, freed in deinit, used by the one worker that holds the decoder.
    private let inflater: UnsafeMutablePointer<inflate_state>
    private var state = State.boundary
    private var member = FrameRecord(unit: "gzip member")
    /// Up to here it is known that no other member begins within the one that is being inflated.
    private var clearEnd = 0
    let demand = DecoderDemand(history: 0, piece: 512 << 10)

    var position: Int { input.position }
    var startedAt: Int? { member.startedAt }
    var endedAt: Int? { member.endedAt }

    /// Compressed bytes given to one call.
    private static let inputLimit = 256 << 10
    /// Compressed bytes that a member must go on for behind what looks like another one's beginning: much more than what
    /// is no longer its own can be taken for its own.
    private static let trialSize = 256 << 10

    init(input: ByteInput) {
        self.input = input
        inflater = .allocate(capacity: 1)
        isal_inflate_init(inflater)
    }

    deinit { inflater.deallocate() }

    func findsLoss() -> Bool { input.findsLoss() }

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
        if bytes[0] == 0, startedAt != nil {
            member.arrive(at: position)
            state = .padding
            return .produced(0)
        }
        member.arrive(at: position)
        guard FrameMagic.isGzip(bytes) else {
            return bytes.count < 4 && GzipStructure.isBegun(by: bytes) ? truncated() : misfit(hasMagic: false)
        }
        member.begin()
        var wanted = 64
        while true {
            if let size = GzipStructure.memberHeaderSize(bytes) {
                // A member that is cut off within its header has another one's bytes for the rest of it.
                if bytes[1..<size].contains(GzipStructure.firstByte), let step = cut(within: 1..<size) { return step }
                if !GzipStructure.isHeaderIntact(bytes, size) {
                    member.tellLater(member.headerMismatch())
                }
                input.skip(size)
                clearEnd = position
                // From scratch: a damaged member may refer to what precedes its first byte, which the inflater takes
                // from the history that it happens to hold; so damage reads alike each time, and nothing leaks through it.
                memset(inflater, 0, MemoryLayout<inflate_state>.size)
                isal_inflate_init(inflater)
                inflater.pointee.crc_flag = UInt32(ISAL_GZIP_NO_HDR_VER)
                state = .member
                return .produced(0)
            }
            if bytes.count > GzipStructure.headerLimit {
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

    private func inflate(into target: UnsafeMutableRawPointer, capacity: Int) -> DecoderStep {
        let bytes = input.available(1)
        if bytes.isEmpty {
            if input.isStarved { return .starved }
            if let failure = input.failure { return failed(failure) }
            // Bits that the inflater holds may be all that is left: it is called once more below when there are some.
            if inflater.pointee.read_in_length <= 0 { return truncated() }
        }
        let given = ownBytes(bytes)
        if given == 0, !bytes.isEmpty { return meet(into: target, capacity: capacity) }
        let (result, produced) = inflate(bytes, UInt32(given), into: target, capacity)
        settle(result)
        if result >= 0, inflater.pointee.block_state != ISAL_BLOCK_FINISH, bytes.isEmpty, produced == 0 {
            return truncated()
        }
        return .produced(produced)
    }

    /// How many of the next bytes come before anything that looks like the beginning of another member.
    private func ownBytes(_ bytes: UnsafeRawBufferPointer) -> Int {
        let window = UnsafeRawBufferPointer(rebasing: bytes.prefix(Self.inputLimit))
        guard let base = window.baseAddress else { return 0 }
        var index = max(0, clearEnd - position)
        while index < window.count, let found = memchr(base + index, 0x1F, window.count - index) {
            index = UnsafeRawPointer(found) - base
            // What comes next decides where the magic is not whole.
            if index + 1 >= window.count || window[index + 1] == 0x8B,
                index + 2 >= window.count || window[index + 2] == 8
            {
                clearEnd = position + index
                return index
            }
            index += 1
        }
        clearEnd = max(clearEnd, position + window.count)
        return window.count
    }

    /// Another member seems to begin here. If it does, and this one can't be inflated further, this one was cut off: found
    /// out before anything is inflated that is not its own.
    private func meet(into target: UnsafeMutableRawPointer, capacity: Int) -> DecoderStep {
        let start = input.available(GzipStructure.evidence)
        if start.count < GzipStructure.evidence, input.isStarved { return .starved }
        guard GzipStructure.isFrame(UnsafeRawBufferPointer(rebasing: start.prefix(GzipStructure.evidence))) else {
            clearEnd = position + 1
            return .produced(0)
        }
        // What it holds back, and perhaps its end.
        let (result, produced) = inflate(UnsafeRawBufferPointer(start: nil, count: 0), 0, into: target, capacity)
        if settle(result) || produced > 0 { return .produced(produced) }
        let bytes = input.available(Self.trialSize)
        if bytes.count < Self.trialSize, input.isStarved { return .starved }
        let count = GzipTrial(continuing: inflater).continuation(
            UnsafeRawBufferPointer(rebasing: bytes.prefix(Self.trialSize)), isArchiveEnd: bytes.count < Self.trialSize)
        guard let count else {
            state = .boundary
            return member.cutShort(at: position)
        }
        // A member within the content of this one.
        clearEnd = position + max(1, count)
        return .produced(0)
    }

    /// Goes on with the member that begins within the next bytes, if there is one.
    private func cut(within range: Range<Int>) -> DecoderStep? {
        let wanted = range.upperBound + GzipStructure.evidence
        let bytes = input.available(wanted)
        if bytes.count < wanted, input.isStarved { return .starved }
        guard let next = GzipStructure.firstFrame(in: bytes, range) else { return nil }
        input.skip(next)
        return member.cutShort(at: position)
    }

    private func inflate(
        _ bytes: UnsafeRawBufferPointer, _ given: UInt32, into target: UnsafeMutableRawPointer, _ capacity: Int
    ) -> (result: Int32, produced: Int) {
        let room = UInt32(clamping: min(capacity, 4 << 20))
        // SAFETY: the inflater reads `given` bytes and writes at most `room`; it keeps its own history.
        inflater.pointee.next_in = UnsafeMutablePointer(
            mutating: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
        inflater.pointee.avail_in = given
        inflater.pointee.next_out = target.assumingMemoryBound(to: UInt8.self)
        inflater.pointee.avail_out = room
        let result = isal_inflate(inflater)
        input.skip(Int(given - inflater.pointee.avail_in))
        return (result, Int(room - inflater.pointee.avail_out))
    }

    /// Goes on behind the member where it has ended, or cannot be inflated further; false where it goes on.
    @discardableResult
    private func settle(_ result: Int32) -> Bool {
        if result < 0, result != ISAL_INCORRECT_CHECKSUM {
            state = .searching(FrameSearch(beyondFirst: false))
            let damage = member.damaged("is damaged; reading goes on with the next member")
            member.tellLater(.damaged(damage, isGap: true))
            return true
        }
        guard result < 0 || inflater.pointee.block_state == ISAL_BLOCK_FINISH else { return false }
        member.end(at: position)
        state = .boundary
        if result < 0 { member.tellLater(member.mismatch("checksum or length")) }
        return true
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
        guard zeros < window.count else { return .produced(0) }
        // Something follows: what stood here became zeros.
        state = .boundary
        return .damaged(member.zeros(), isGap: true)
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

    /// Goes on to the next member.
    private func search(_ search: FrameSearch) -> DecoderStep {
        var search = search
        switch search.step(input, for: GzipStructure.self) {
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
