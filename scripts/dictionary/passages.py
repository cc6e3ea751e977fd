"""Whole sentences and whole pieces of code without slots: they bring the common words and their usual neighbours."""

SENTENCES = """The first thing to understand is how the data moves through the system and where it is written to disk.
In most cases the default settings are good enough, but there are a few situations where you will want to change them.
As a result, the server has to wait until the other side has closed its connection before it can free the memory.
If you have any questions, or if there is anything else that I can help you with, please let me know.
On the other hand, a smaller number of larger requests would reduce the overhead and make better use of the network.
There is no need to install anything else; the library is part of the standard distribution since version 3.
This can be used together with the other options, in which case the last one that was given takes effect.
For more information about how this works, see the section on error handling at the end of this page.
It should be noted that these values are only an estimate, since the actual cost depends on the size of the input.
The following table shows the results of the experiment, with the average over ten runs and the standard deviation.
Although the implementation is quite different, both of them have the same interface and may be used interchangeably.
Before we begin, make sure that you have the right permissions and that the environment variables are set correctly.
What happens when two processes try to write to the same file at the same time? One of them has to wait for the other.
However, it would be better to do this only once, when the program starts, rather than for each of the requests.
In order to avoid this problem, the caller must hold the lock while it is reading from or writing to the shared state.
The reason for this behaviour is that the compiler is allowed to reorder instructions as long as the result is the same.
We are going to need a function which takes a list of strings and returns the number of those that are not empty.
These changes make it possible to use the same code for both of the platforms, without any conditional compilation.
The user has asked for a complete rewrite, so I should first find out which parts of the existing code are still in use.
I think that the best way to do this would be to add a new parameter with a default value, so that nothing else breaks.
It looks like the tests were written for an older version of the interface and have not been updated since then.
Let me know whether you would like me to continue with the next step, or if you want to review the changes first.
Since the file is quite large, I will read it in several parts and look for the places where the value is changed.
That did not work, because the module could not be found. I will check which version of Python is being used here.
Great, the build was successful. The only remaining warning is about an unused variable, which is not related to this.
You can find the source code in the repository, and there is also a short introduction for people who are new to it.
A good rule of thumb is to keep each function short enough that it can be understood without having to scroll.
Because of this, it is important to validate all of the input before it is used to build a query or a file name.
The company announced on Tuesday that it had reached an agreement with its largest customer after months of talks.
According to the report, more than half of the people who were asked said that they would rather work from home.
In the past few years, the price of these components has fallen to about one third of what it used to be.
During the second half of the century, the population of the city grew from fewer than two thousand to over a million.
The water is heated to a temperature of about eighty degrees and is then left to cool down over the course of the night.
He was born in a small town in the north of the country, where his father worked as a teacher at the local school.
She has written several books on the subject and is currently a professor of economics at the university.
You should always ask for confirmation before doing anything that cannot be undone, such as deleting a file or a branch.
Do not make any assumptions about things that you have not seen; use the available tools to find out what is true.
When the user asks a question about the product, search the documentation first and then answer with a reference to it.
If a command fails, read the error message carefully and try to understand its cause before you try something else.
Return only the JSON object, without any additional text before or after it and without any formatting.
Your response must be in the same language as the question. Be polite and professional at all times.
The conversation so far has been summarized below. Continue from where you left off without asking further questions.
Each line of the output contains the name of the file, the line number and the text that matched the pattern.
Returns true if and only if the given value is equal to one of the elements, and false in all other cases.
Called whenever a new connection has been accepted; the callback must not block and must not throw an exception.
This value is not part of the public interface and may change at any time without any notice.
The caller is responsible for releasing the memory that is returned by this function when it is no longer needed.
Deprecated: this will be removed in the next major version. Please use the new function with the same name instead.
All of the arguments are optional. By default, the current working directory is used and nothing is printed.
This software is provided as it is, without any warranty; see the file called LICENSE for the details.
Permission to use, copy, change and distribute this program is given, provided that this notice remains in every copy.
This file is part of a free program; you may redistribute it under the terms of its license.
The number of bytes that have been written so far, which may be less than the number that was requested.
We would like to thank everyone who has contributed to this release by reporting bugs and by sending patches.
To get started, clone the repository, install the dependencies and run the development server as shown below.
I have a table with about ten million rows and the query takes more than thirty seconds. How can I make it faster?
You are right, I made a mistake there. The condition should have been the other way around; I will correct it now.
Here's what I found: the function is called from three different places, but only one of them checks the return value.
There doesn't seem to be a configuration file, so I'll create one with reasonable defaults and explain what it does.
It's worth mentioning that this isn't a complete solution; we're still going to need some kind of cache in the future.
First, we'll need to figure out what's going on. Let's take a look at the logs and see if there's anything unusual.
The difference between the two approaches is small when there are only a few items, but it grows very quickly.
Both of these would work, however I'd recommend the second one because it's easier to test and doesn't need a lock.
None of the existing tests cover this case, therefore I've added a new one which fails without the change.
Please note that prices do not include shipping, and that orders placed after noon will be sent on the next day.
Your order has been shipped and should arrive within three to five business days. Thank you for shopping with us!
I understand that this must be frustrating. I have looked into your account and I can see that the payment went through.
The flight leaves at half past seven in the morning and arrives shortly before noon; the return is on Sunday evening.""".split("\n")

BLOCKS = ["""def read_lines(path: str) -> list[str]:
    \"\"\"Read all lines from a file and strip the trailing newline.\"\"\"
    with open(path, encoding="utf-8") as handle:
        return [line.rstrip("\\n") for line in handle if line.strip()]


class Stack(Generic[T]):
    def __init__(self, items: Iterable[T] = ()) -> None:
        self._items: list[T] = list(items)

    def push(self, item: T) -> None:
        self._items.append(item)

    def pop(self) -> T:
        if not self._items:
            raise IndexError("pop from an empty stack")
        return self._items.pop()

    def __len__(self) -> int:
        return len(self._items)

    def __repr__(self) -> str:
        return f"{self.__class__.__name__}({self._items!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Stack):
            return NotImplemented
""", """parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--output", "-o", type=str, default=None, help="where to write the result")
parser.add_argument("--verbose", action="store_true", help="print more information")
args = parser.parse_args()
logging.basicConfig(level=logging.DEBUG if args.verbose else logging.INFO)
df = pd.read_csv(args.input)
df["total"] = df["price"] * df["quantity"]
print(df.groupby("category").agg({"total": ["sum", "mean"]}).sort_values(by="total", ascending=False))
plt.figure(figsize=(10, 6))
plt.savefig("output.png")
x = np.zeros((batch_size, num_heads, seq_len), dtype=np.float32)
model.eval()
loss.backward()
optimizer.step()
self.assertEqual(result, expected)
mock_client = MagicMock()
sys.exit(main(sys.argv[1:]))
subprocess.run(cmd, check=True, capture_output=True, text=True)
os.makedirs(os.path.dirname(os.path.join(self.root, name)), exist_ok=True)
result = await asyncio.gather(*tasks, return_exceptions=True)
@app.route("/api/v1/users/<int:user_id>", methods=["GET", "POST"])
@router.get("/items/{item_id}", response_model=Item)
raise HTTPException(status_code=404, detail="Item not found")
@staticmethod
@classmethod
def from_dict(cls, data: Dict[str, Any]) -> "Config":
return cls(**{key: value for key, value in data.items() if key in cls.__fields__})
except (KeyError, TypeError, ValueError) as exc:
    raise RuntimeError("could not parse the response") from exc
elif isinstance(value, (list, tuple)):
yield from self._walk(child)
lambda x: x[1]
if key not in self.cache:
while True:
    pass
""", """import express, { Request, Response, NextFunction } from 'express';
const app = express();
app.use(express.json());
app.get('/api/users/:id', async (req: Request, res: Response, next: NextFunction) => {
  try {
    const user = await prisma.user.findUnique({ where: { id: Number(req.params.id) } });
    if (!user) {
      return res.status(404).json({ error: 'Not found' });
    }
    res.json(user);
  } catch (err) {
    next(err);
  }
});
const PORT = process.env.PORT || 3000;
app.listen(PORT, () => console.log(`Server listening on port ${PORT}`));
""", """'use strict';
Object.defineProperty(exports, "__esModule", { value: true });
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
function isObject(value) {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
for (let i = 0; i < items.length; i++) {
  const item = items[i];
  if (item === undefined || item === null) continue;
}
const entries = Object.entries(params).filter(([, value]) => value != null);
const keys = Object.keys(options);
return Promise.all(urls.map((url) => fetch(url).then((res) => res.json())));
document.addEventListener('click', (event) => { event.preventDefault(); });
const element = document.getElementById('root');
this.emit('error', new Error('The operation was aborted'));
if (typeof callback === 'function') callback(null, result);
process.exit(1);
type Props = { children: React.ReactNode; className?: string; onChange?: (value: string) => void };
const inputRef = useRef<HTMLInputElement>(null);
const { data, isLoading, error } = useQuery({ queryKey: ['users'], queryFn: fetchUsers });
<input type="text" value={value} onChange={(e) => setValue(e.target.value)} placeholder="Search..." />
<div className="flex items-center justify-between p-4 bg-white rounded-lg shadow">
export type Result<T, E = Error> = { ok: true; value: T } | { ok: false; error: E };
public static getInstance(): Logger {
export function assertNever(value: never): never { throw new Error(`Unexpected value: ${String(value)}`); }
""", """/* Copyright (C) The Authors. SPDX-License-Identifier: MIT OR Apache-2.0 OR BSD-3-Clause OR LGPL-2.1-or-later OR GPL-2.0-only */
#ifndef _LIB_LIST_H
#define _LIB_LIST_H 1

#include <stdbool.h>
#include <sys/types.h>
#include <linux/types.h>

#define container_of(ptr, type, member) ((type *)((char *)(ptr) - offsetof(type, member)))
#define ARRAY_SIZE(x) (sizeof(x) / sizeof((x)[0]))
#define max(a, b) ((a) > (b) ? (a) : (b))

struct list_head {
	struct list_head *next, *prev;
};

static inline void list_add(struct list_head *entry, struct list_head *head)
{
	entry->next = head->next;
	entry->prev = head;
	head->next->prev = entry;
	head->next = entry;
}

static inline bool list_empty(const struct list_head *head)
{
	return head->next == head;
}
struct request {
	__u32 flags;
	__u64 addr;
	__u8 reserved[16];
	__s32 fd;
	__be16 port;
	unsigned int nr_entries;
	unsigned char type;
	unsigned short length;
} __attribute__((packed));
extern ssize_t read_all (int __fd, void *__buf, size_t __nbytes) __THROW __wur;
extern int compare (const void *__a, const void *__b) __attribute_pure__ __nonnull ((1, 2));
#else
#elif defined(_WIN32)
#undef HAVE_CONFIG_H
#endif
void (*destroy)(void *user_data);
const unsigned char *data, uint64_t offset, int64_t timeout
""", """namespace detail {

template <class T>
struct is_container : std::false_type {};

template <typename Key, typename Value, typename Compare = std::less<Key>>
class flat_map {
public:
    using value_type = std::pair<Key, Value>;
    using size_type = std::size_t;
    using iterator = typename std::vector<value_type>::iterator;
    using const_iterator = typename std::vector<value_type>::const_iterator;

    flat_map() = default;
    flat_map(const flat_map& other) = delete;
    flat_map(flat_map&& other) noexcept : data_(std::move(other.data_)) {}
    flat_map& operator=(const flat_map&) = delete;

    iterator begin() noexcept { return data_.begin(); }
    const_iterator end() const noexcept { return data_.end(); }
    [[nodiscard]] bool empty() const noexcept { return data_.empty(); }
    [[nodiscard]] size_type size() const { return data_.size(); }

    template <typename... Args>
    void emplace(Args&&... args) {
        data_.emplace_back(std::forward<Args>(args)...);
    }

private:
    std::vector<value_type> data_;
};

}  // namespace detail
      typedef typename _Base::iterator iterator;
      template<typename _InputIterator, typename _Alloc>
	operator=(const basic_string& __str)
      _GLIBCXX20_CONSTEXPR
      { return const_iterator(this->_M_impl._M_finish); }
      /**
       *  @brief  Returns the number of elements in the container.
       *  @param  __x  The value to be inserted.
       *  @return  An iterator that points to the element.
       */
std::cout << "Hello, world!" << std::endl;
throw std::runtime_error("invalid argument: " + std::to_string(value));
const auto it = map.find(key); if (it == map.end()) return std::nullopt;
std::lock_guard<std::mutex> lock(mutex_);
for (const auto& [key, value] : entries) {
static constexpr std::string_view kName = "name";
virtual void Run(const Options& options) override;
std::shared_ptr<const Node> node = std::make_shared<Node>(std::move(name), static_cast<int>(size));
std::function<void(const std::string&)> callback;
inline friend bool operator==(const Point& a, const Point& b) { return a.x == b.x && a.y == b.y; }
""", """package server

import (
	"log"
	"os"
	"strings"
)

// Server handles incoming requests and forwards them to the store.
type Server struct {
	logger *log.Logger
	store  Store
	mux    *http.ServeMux
}

func (s *Server) handleGet(w http.ResponseWriter, r *http.Request) {
	id := strings.TrimPrefix(r.URL.Path, "/items/")
	item, err := s.store.Get(r.Context(), id)
	if errors.Is(err, ErrNotFound) {
		http.Error(w, "not found", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(item); err != nil {
		s.logger.Printf("encode: %v", err)
	}
}

func main() {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt)
	defer cancel()
	wg := sync.WaitGroup{}
	ch := make(chan struct{})
	results := make([]string, 0, len(items))
	for i := 0; i < n; i++ {
		wg.Add(1)
	}
	switch v := value.(type) {
	case string:
		return strconv.Atoi(v)
	default:
		panic(fmt.Sprintf("unexpected type %T", v))
	}
	os.Exit(1)
}
""", """pub fn parse(input: &str) -> Result<Vec<Token>, ParseError> {
    let mut chars = input.chars().peekable();
    let mut tokens = Vec::new();
    while let Some(&c) = chars.peek() {
        if c.is_whitespace() {
            chars.next();
            continue;
        }
        tokens.push(Token::Char(c));
    }
    Ok(tokens)
}

impl std::fmt::Display for ParseError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "unexpected character at {}", self.position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_works() {
        assert!(parse("").unwrap().is_empty());
    }
}
""", """public class UserService {
    private static final Logger logger = LoggerFactory.getLogger(UserService.class);

    @Autowired
    private UserRepository userRepository;

    @Override
    public Optional<User> findById(Long id) {
        return userRepository.findById(id).orElseThrow(() -> new IllegalArgumentException("User not found: " + id));
    }

    public static void main(String[] args) {
        List<String> names = new ArrayList<>();
        System.out.println(names.stream().filter(Objects::nonNull).collect(Collectors.toList()));
    }
}
""", """<!DOCTYPE html>
<html>
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1.0">
  <title>Title</title>
  <link rel="stylesheet" href="style.css">
  <script src="https://www.example.org/index.js"></script>
</head>
<body>
  <ul class="list"><li><a href="#">Link</a></li></ul>
  <p>Text</p>
  <span style="color: red;"></span>
  <table><tr><td></td></tr></table>
</body>
</html>
version: "3.9"
services:
  web:
    image: nginx:latest
    ports:
      - "8080:80"
    environment:
      - DATABASE_URL=postgres://localhost:5432/app
apiVersion: apps/v1
kind: Deployment
metadata:
  labels:
spec:
  replicas: 3
  template:
    containers:
"""]
