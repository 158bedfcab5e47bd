import Glibc
import Values

/// The bytes of an archive as they lie on disk, in order: from a mapping, a file that is read, or a pipe.
/// Used by one worker at a time.
final class ByteInput: @unchecked Sendable {
    /// Offset on disk of the next byte.
    private(set) var position: Int
    /// No more bytes will come.
    private(set) var isAtEnd = false
    /// A pipe had nothing within `patience`; fewer bytes than asked for does not mean the end.
    private(set) var isStarved = false
    /// Why reading stopped before the end.
    private(set) var failure: SystemError?

    private let mapping: MappedFile?
    private let file: OpenFile?
    private var buffer: SharedBuffer?
    private var start = 0
    private var filled = 0
    /// The mapped file turned out to be shorter than what was used of it.
    private var isLost = false

    /// Milliseconds that a worker waits for a pipe before it looks whether there is other work.
    private static let patience: Int32 = 20
    private static let readSize = 256 << 10

    init(mapping: MappedFile, position: Int) {
        self.mapping = mapping
        self.file = nil
        self.position = position
    }

    init(file: OpenFile) {
        self.mapping = nil
        self.file = file
        self.position = 0
    }

    /// At least `count` bytes from `position` on, contiguous; fewer at the end, after a failure, or when starved.
    /// Valid until the next call of any method.
    func available(_ count: Int) -> UnsafeRawBufferPointer {
        if let mapping {
            // SAFETY: position never exceeds the mapping's size, see skip.
            let end = isLost ? position : mapping.fault ?? mapping.size
            if end < mapping.size { failure = SystemError(EIO) }
            isAtEnd = position + count >= end
            return UnsafeRawBufferPointer(start: mapping.base + position, count: max(0, end - position))
        }
        if filled - start < count { fill(count) }
        guard let buffer else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return UnsafeRawBufferPointer(start: buffer.base + start, count: filled - start)
    }

    /// Moves on by at most what `available` returned.
    func skip(_ count: Int) {
        position += count
        start += count
    }

    /// Whether some of the bytes used so far were not the file's, but zeros in their place, as it shrank under its mapping.
    /// Nothing more comes then.
    func findsLoss() -> Bool {
        if let mapping, !isLost, position > mapping.validSize { isLost = true }
        return isLost
    }

    /// Reads straight into `target`, past the buffer when that is empty. 0 at the end, after a failure, or when starved.
    func read(into target: UnsafeMutableRawPointer, capacity: Int) -> Int {
        if filled > start {
            let bytes = available(1)
            let count = min(bytes.count, capacity)
            if let source = bytes.baseAddress { target.copyMemory(from: source, byteCount: count) }
            skip(count)
            return count
        }
        let count = receive(into: target, capacity: capacity)
        position += count
        return count
    }

    private func fill(_ count: Int) {
        if (buffer?.capacity ?? 0) < count {
            let larger = SharedBuffer(capacity: max(count * 2, Self.readSize * 2))
            if let buffer { larger.base.copyMemory(from: buffer.base + start, byteCount: filled - start) }
            buffer = larger
            filled -= start
            start = 0
        }
        guard let buffer else { return }
        if buffer.capacity - start < max(count, Self.readSize) {
            memmove(buffer.base, buffer.base + start, filled - start)
            filled -= start
            start = 0
        }
        while filled - start < count {
            let received = receive(into: buffer.base + filled, capacity: buffer.capacity - filled)
            if received == 0 { return }
            filled += received
        }
    }

    private func receive(into target: UnsafeMutableRawPointer, capacity: Int) -> Int {
        guard let file, !isAtEnd, failure == nil else { return 0 }
        isStarved = false
        if file.size == nil {
            var request = pollfd(fd: file.descriptor, events: Int16(POLLIN), revents: 0)
            let ready = poll(&request, 1, Self.patience)
            // Nor is there anything yet where a signal has ended the wait.
            if ready == 0 || ready < 0 && errno == EINTR {
                isStarved = true
                return 0
            }
        }
        let offset = position + filled - start
        // What is written to a file while it is read is not read: another pass would find more than the first.
        let wanted = min(capacity, Self.readSize, file.size.map { max(0, $0 - offset) } ?? .max)
        let result = retryingInterrupted {
            file.size == nil
                ? Glibc.read(file.descriptor, target, wanted) : pread(file.descriptor, target, wanted, off_t(offset))
        }
        if result < 0 {
            if errno == EAGAIN {
                isStarved = true
            } else {
                failure = SystemError(errno)
            }
            return 0
        }
        if result == 0 { isAtEnd = true }
        return result
    }
}
