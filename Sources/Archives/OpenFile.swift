import CSignals
import Glibc
import Values

/// Which file it is, and what tells that it holds something else than before.
struct FileState: Hashable, Sendable {
    var device: UInt64
    var inode: UInt64
    /// In bytes.
    var size: Int
    /// Of its nanoseconds since the epoch, as many bits as there are: a file may say any time, and it is compared for equality only.
    var modified: Int

    /// What another reading of the file now may find that it did not hold before; `nil` where it holds all that it held, as a log
    /// does that is still written to.
    func change(to now: FileState?) -> Change? {
        guard let now, now.device == device, now.inode == inode else { return .replaced }
        if now.size < size { return .cut }
        return now.size == size && now.modified != modified ? .written : nil
    }

    enum Change: String {
        case replaced = "another file has taken its place since it was read first"
        case cut = "it has become shorter since it was read first"
        case written = "it was written to since it was read first"
    }
}

/// A file descriptor that closes itself.
final class OpenFile: Sendable {
    let descriptor: Int32
    /// Bytes, when it is a regular file that is read from its beginning; nil for a stream.
    let size: Int?
    private let isOwned: Bool

    init(descriptor: Int32, size: Int?, isOwned: Bool) {
        self.descriptor = descriptor
        self.size = size
        self.isOwned = isOwned
    }

    deinit {
        if isOwned { close(descriptor) }
    }

    /// Opens an archive; the failure is the system's error number.
    ///
    /// - Parameter limit: what a regular file holds beyond that is not read.
    static func open(_ archive: Archive, upTo limit: Int? = nil) -> Result<OpenFile, SystemError> {
        if archive.isStandardInput {
            // A file redirected to standard input is read where it stands, and in parallel if that is its beginning.
            let isAtStart = lseek(STDIN_FILENO, 0, SEEK_CUR) == 0
            return .success(
                OpenFile(
                    descriptor: STDIN_FILENO, size: isAtStart ? regularSize(STDIN_FILENO) : nil, isOwned: false))
        }
        let descriptor = retryingInterrupted {
            // Without blocking: opening a named pipe would wait for its writer. For regular files it means nothing.
            archive.withPath { Glibc.open($0, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK) }
        }
        guard descriptor >= 0 else { return .failure(SystemError(errno)) }
        let size = regularSize(descriptor).map { min($0, limit ?? $0) }
        return .success(OpenFile(descriptor: descriptor, size: size, isOwned: true))
    }

    /// What the file is and holds now; `nil` for what is no regular file.
    var state: FileState? {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return FileState(
            device: UInt64(status.st_dev), inode: UInt64(status.st_ino), size: status.fileSize,
            modified: Int(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int(status.st_mtim.tv_nsec))
    }

    /// The size of a regular file. Nil for anything else, and for size 0: files under /proc say 0 and hold something.
    private static func regularSize(_ descriptor: Int32) -> Int? {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else {
            return nil
        }
        return status.fileSize
    }

    /// The size that the file has now.
    var currentSize: Int {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? status.fileSize : 0
    }

    /// Reads until `count` bytes are there, the file ends, or an error.
    func read(into target: UnsafeMutableRawPointer, count: Int, at offset: Int) -> (count: Int, error: SystemError?) {
        var done = 0
        while done < count {
            let result = retryingInterrupted { pread(descriptor, target + done, count - done, off_t(offset + done)) }
            if result < 0 { return (done, SystemError(errno)) }
            if result == 0 { break }
            done += result
        }
        return (done, nil)
    }
}

extension stat {
    /// Bytes. Sparse files may say that they have more than anybody could read: then so many that adding a few buffers, and the
    /// sizes of a few others, does not overflow.
    var fileSize: Int { min(Int(st_size), 1 << 56) }
}

/// Repeats a system call that a signal interrupted.
func retryingInterrupted<Value: SignedInteger>(_ call: () -> Value) -> Value {
    while true {
        let result = call()
        if result != -1 || errno != EINTR { return result }
    }
}

/// A regular file mapped for reading, with a readable page behind its end.
final class MappedFile: @unchecked Sendable {
    let base: UnsafeRawPointer
    let size: Int
    private let file: OpenFile
    private let reserved: Int
    private let slot: Int32

    // SAFETY: the mapping is private to this object and lives until deinit; whoever reads through `base` holds the
    // object. Pages that vanish because the file shrank become zero pages (CSignals), so reading never kills.
    init?(_ file: OpenFile, size: Int) {
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let rounded = (size + page - 1) & ~(page - 1)
        reserved = rounded + page
        // First the whole range as zero pages, then the file over it: what follows the file's last page stays readable.
        guard let area = mmap(nil, reserved, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), area != MAP_FAILED else {
            return nil
        }
        guard mmap(area, size, PROT_READ, MAP_SHARED | MAP_FIXED, file.descriptor, 0) != MAP_FAILED else {
            munmap(area, reserved)
            return nil
        }
        slot = trawl_guard_mapping(area, rounded)
        guard slot >= 0 else {
            munmap(area, reserved)
            return nil
        }
        madvise(area, size, MADV_SEQUENTIAL)
        base = UnsafeRawPointer(area)
        self.size = size
        self.file = file
    }

    deinit {
        trawl_guard_release(slot)
        munmap(UnsafeMutableRawPointer(mutating: base), reserved)
    }

    /// The offset of the first byte that could not be read, if a fault has happened.
    var fault: Int? {
        // SIZE_MAX, for none, arrives as a negative number.
        let fault = Int(trawl_guard_fault(slot))
        return fault < 0 ? nil : fault
    }

    /// Copies up to `count` bytes from `offset` on; how many of them are the file's, as it was when the copy was made.
    func read(into target: UnsafeMutableRawPointer, count: Int, at offset: Int) -> Int {
        let wanted = min(count, max(0, validSize - offset))
        guard wanted > 0 else { return 0 }
        // SAFETY: `offset + wanted <= size`; the caller's target has room for `count` bytes.
        target.copyMemory(from: base + offset, byteCount: wanted)
        return min(wanted, max(0, validSize - offset))
    }

    /// How many bytes from the start are the file's, as far as is known now: less than `size` after the file shrank.
    /// Bytes between a shrunken file's end and its page's end read as zeros without any fault, hence the system call.
    var validSize: Int { min(size, file.currentSize, fault ?? size) }
}
