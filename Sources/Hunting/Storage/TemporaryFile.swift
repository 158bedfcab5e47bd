import Glibc
import Synchronization
import Values

/// A file without a name, which is gone when the process is. It is made by the first write; any number of workers append to
/// it and read from it.
///
/// It is a few files in truth: of one, the system lets a single worker write at a time, and two then waited for a tenth of
/// the time. An offset tells in its upper bits which one is meant.
final class TemporaryFile: Sendable {
    private struct State {
        /// -1 for one that is not made yet.
        var descriptors = [Int32](repeating: -1, count: TemporaryFile.partCount)
        var ends = [Int](repeating: 0, count: TemporaryFile.partCount)
        /// The one that takes what comes next.
        var next = 0
        var failure: StorageError?
    }

    private static let partCount = 8
    /// More bytes than any disk has.
    private static let partSize = 1 << 56

    private let state = Mutex(State())
    private let folder: String

    /// - Parameter folder: the one that TMPDIR names, else `/tmp`, where none is given.
    init(folder: String? = nil) {
        let named = folder ?? getenv("TMPDIR").map { String(cString: $0) } ?? ""
        self.folder = named.isEmpty ? "/tmp" : named
    }

    deinit {
        for descriptor in state.withLock({ $0.descriptors }) where descriptor >= 0 { close(descriptor) }
    }

    /// The first failure of any call. What was to be written then is lost.
    var failure: StorageError? { state.withLock { $0.failure } }

    /// Takes room for `count` bytes; where it begins.
    func reserve(_ count: Int) throws(StorageError) -> Int {
        let taken: Result<Int, StorageError> = state.withLock { state in
            if let failure = state.failure { return .failure(failure) }
            let part = state.next
            state.next = (part + 1) % Self.partCount
            if state.descriptors[part] < 0 {
                state.descriptors[part] = Self.open(in: folder)
                if state.descriptors[part] < 0 {
                    let failure = error(errno)
                    state.failure = failure
                    return .failure(failure)
                }
            }
            defer { state.ends[part] += count }
            return .success(part * Self.partSize + state.ends[part])
        }
        return try taken.get()
    }

    /// Writes bytes into room that was taken for them.
    func write(_ bytes: [UInt8], at offset: Int) throws(StorageError) {
        let (descriptor, offset) = place(of: offset)
        var done = 0
        while done < bytes.count {
            let written = bytes.withUnsafeBytes { all in
                // SAFETY: `done < all.count`, so there is a base address; pwrite(2) only reads what is left of the array.
                pwrite(descriptor, all.baseAddress! + done, all.count - done, off_t(offset + done))
            }
            if written > 0 {
                done += written
            } else if written == 0 || errno != EINTR {
                throw failed(written == 0 ? ENOSPC : errno)
            }
        }
    }

    /// Reads `count` bytes that were written at `offset`, behind what `buffer` holds.
    func read(_ count: Int, at offset: Int, into buffer: inout [UInt8]) throws(StorageError) {
        let (descriptor, offset) = place(of: offset)
        let start = buffer.count
        buffer.append(contentsOf: repeatElement(0, count: count))
        var done = 0
        while done < count {
            let received = buffer.withUnsafeMutableBytes { bytes in
                // SAFETY: the buffer was made long enough above, and is not empty as `done < count`.
                pread(descriptor, bytes.baseAddress! + start + done, count - done, off_t(offset + done))
            }
            if received > 0 {
                done += received
            } else if received == 0 {
                throw lost()
            } else if errno != EINTR {
                throw failed(errno)
            }
        }
    }

    private func place(of offset: Int) -> (descriptor: Int32, offset: Int) {
        (state.withLock { $0.descriptors[offset / Self.partSize] }, offset % Self.partSize)
    }

    /// What was read is not what was written.
    func lost() -> StorageError { note(StorageError(folder: folder, reason: "the file is damaged")) }

    private func failed(_ code: Int32) -> StorageError { note(error(code)) }

    private func note(_ failure: StorageError) -> StorageError {
        state.withLock { state in
            if state.failure == nil { state.failure = failure }
            return failure
        }
    }

    private func error(_ code: Int32) -> StorageError {
        StorageError(folder: folder, reason: SystemError(code).reason)
    }

    /// -1 and `errno` where no file can be made.
    private static func open(in folder: String) -> Int32 {
        let nameless = Glibc.open(folder, O_RDWR | O_CLOEXEC | temporaryFileFlag, 0o600)
        // Not every file system knows files without a name; then the name is given up at once.
        guard nameless < 0, errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL else { return nameless }
        var template = Array((folder + "/trawl-XXXXXX").utf8CString)
        let named = mkstemp(&template)
        if named >= 0 {
            _ = fcntl(named, F_SETFD, FD_CLOEXEC)
            unlink(template)
        }
        return named
    }

    /// `O_TMPFILE`, which is a macro that Swift does not import: `__O_TMPFILE | O_DIRECTORY` of Linux's fcntl.h.
    private static let temporaryFileFlag = Int32(0o20_000_000) | O_DIRECTORY
}
