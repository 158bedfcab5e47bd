/// Which tests look for which runs of bytes, for finding all of them in a value in one walk over it.
///
/// The walk looks at grams of two or four bytes, at places as far apart as the runs allow (`AnchorRun`). A bit table of
/// hashes, which lies in the first-level cache, turns away nearly every place; what is left is looked up in an open hash
/// table and compared with the whole run.
struct GramTable: Sendable {
    private struct Entry {
        var gram: UInt32 = 0
        /// The candidates whose run has the gram, as a range; -1 where the entry is unused.
        var start: Int32 = -1
        var count: Int32 = 0
    }

    /// A test, and the run that it looks for.
    struct Candidate {
        /// The bytes of the run, the first one lowest, and which of the eight there are.
        var run: UInt64
        var mask: UInt64
        /// How far behind the begin of the run the gram stands.
        var offset: Int32
        var test: Int32
    }

    let width: Int
    let stride: Int
    let candidateCount: Int
    /// Whether a long value may be searched for the candidates one after the other instead.
    let maySearchEach: Bool
    // SAFETY: allocated and filled in `init`, only read after, and freed by `deallocate`, which the owner calls once.
    // `bits` holds 2^(32 - shift) bits in words of 32, `entries` a power of two of which at least half are unused,
    // `candidates` as many as all entries count.
    nonisolated(unsafe) private let bits: UnsafeMutablePointer<UInt32>
    nonisolated(unsafe) private let entries: UnsafeMutablePointer<Entry>
    nonisolated(unsafe) let candidates: UnsafeMutablePointer<Candidate>
    private let shift: UInt32
    private let mask: Int

    /// How many bytes before and behind a text are read, whatever is there.
    static let margin = 8

    /// - Parameter runs: runs that all have this width and stride, with the tests that look for them.
    init(width: Int, stride: Int, runs: [(run: AnchorRun, test: Int32)], maySearchEach: Bool) {
        self.width = width
        self.stride = stride
        self.maySearchEach = maySearchEach
        var byGram: [(gram: UInt32, candidate: Candidate)] = []
        byGram.reserveCapacity(runs.count * stride)
        for (run, test) in runs {
            let word = run.bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            let length = run.bytes.count
            let mask = length == 8 ? UInt64.max : (1 << UInt64(8 * length)) - 1
            for offset in 0..<stride {
                let gram = UInt32(truncatingIfNeeded: word >> UInt64(8 * offset)) & (width == 4 ? .max : 0xFFFF)
                byGram.append((gram, Candidate(run: word, mask: mask, offset: Int32(offset), test: test)))
            }
        }
        byGram.sort { ($0.gram, $0.candidate.test) < ($1.gram, $1.candidate.test) }
        var logarithm: UInt32 = 9
        while logarithm < 17, 1 << logarithm < byGram.count * 32 { logarithm += 1 }
        shift = 32 - logarithm
        candidateCount = byGram.count
        let wordCount = 1 << Int(logarithm - 5)
        bits = .allocate(capacity: wordCount)
        bits.initialize(repeating: 0, count: wordCount)
        var capacity = 2
        while capacity < byGram.count * 2 + 1 { capacity *= 2 }
        mask = capacity - 1
        entries = .allocate(capacity: capacity)
        entries.initialize(repeating: Entry(), count: capacity)
        candidates = .allocate(capacity: max(1, byGram.count))
        var index = 0
        while index < byGram.count {
            let gram = byGram[index].gram
            let start = index
            while index < byGram.count, byGram[index].gram == gram {
                (candidates + index).initialize(to: byGram[index].candidate)
                index += 1
            }
            let hash = Self.hash(gram)
            bits[Int((hash >> shift) >> 5)] |= 1 << ((hash >> shift) & 31)
            var place = Int(hash & UInt32(mask))
            while entries[place].start >= 0 { place = (place + 1) & mask }
            entries[place] = Entry(gram: gram, start: Int32(start), count: Int32(index - start))
        }
    }

    func deallocate() {
        bits.deallocate()
        entries.deallocate()
        candidates.deallocate()
    }

    var isEmpty: Bool { candidateCount == 0 }

    /// Both ends of the product are used: the high bits for the bit table, the low ones for the entries.
    @inline(__always)
    private static func hash(_ gram: UInt32) -> UInt32 {
        let product = gram &* 0x9E37_79B1
        return product ^ product >> 15
    }

    /// Calls `body` for each test whose run stands in a text, once or several times, and maybe for one whose run reaches beyond it.
    ///
    /// SAFETY: the text has `count` bytes, and `margin` more before and behind.
    @inline(__always)
    func forEachFound(in text: UnsafeRawPointer, _ count: Int, _ body: (Int) -> Void) {
        let last = count - width
        var place = 0
        while true {
            place = nextPlace(in: text, from: place, through: last)
            if place > last { return }
            for index in candidates(at: place, of: text) where holds(index, at: place, of: text) {
                body(Int(candidates[index].test))
            }
            place += stride
        }
    }

    /// The first place from `place` on, in steps of the stride, where a gram may stand; beyond `last` where there is none.
    ///
    /// Looking at four places for one branch was no faster.
    ///
    /// SAFETY: bytes are loaded only at places up to `last`, behind which the caller has `width` bytes.
    @inline(__always)
    private func nextPlace(in text: UnsafeRawPointer, from place: Int, through last: Int) -> Int {
        let bits = self.bits
        let shift = self.shift
        let stride = self.stride
        var place = place
        if width == 4 {
            while place <= last {
                let hash = Self.hash(text.loadUnaligned(fromByteOffset: place, as: UInt32.self)) &>> shift
                if bits[Int(hash &>> 5)] &>> (hash & 31) & 1 != 0 { return place }
                place &+= stride
            }
        } else {
            while place <= last {
                let gram = UInt32(text.loadUnaligned(fromByteOffset: place, as: UInt16.self))
                let hash = Self.hash(gram) &>> shift
                if bits[Int(hash &>> 5)] &>> (hash & 31) & 1 != 0 { return place }
                place &+= stride
            }
        }
        return place
    }

    /// The candidates for the gram at a place.
    @inline(__always)
    private func candidates(at place: Int, of text: UnsafeRawPointer) -> Range<Int> {
        let gram =
            width == 4
            ? text.loadUnaligned(fromByteOffset: place, as: UInt32.self)
            : UInt32(text.loadUnaligned(fromByteOffset: place, as: UInt16.self))
        var index = Int(Self.hash(gram)) & mask
        while entries[index].start >= 0 {
            if entries[index].gram == gram {
                let start = Int(entries[index].start)
                return start..<start + Int(entries[index].count)
            }
            index = (index + 1) & mask
        }
        return 0..<0
    }

    /// Whether a candidate's run stands where its gram was met.
    ///
    /// SAFETY: reads up to `margin` bytes before and behind the text, which the caller has.
    @inline(__always)
    private func holds(_ candidate: Int, at place: Int, of text: UnsafeRawPointer) -> Bool {
        let candidate = candidates[candidate]
        let word = text.loadUnaligned(fromByteOffset: place - Int(candidate.offset), as: UInt64.self)
        return word & candidate.mask == candidate.run
    }
}
