"""Word lists. All text here was written for this purpose; nothing is taken from files of a machine."""

VERBS = """add append apply assert attach await build cache call cancel check clean clear clone close collect commit
compare compile compute configure connect convert copy count create decode delete deploy describe detect diff disable
dispatch download drop emit enable encode ensure evaluate execute expand export extract fetch filter find fix flush
format generate get handle hash import index infer init insert inspect install invoke iterate join launch lint list
load lock log lookup map match measure merge migrate mock move normalize notify open optimize pack parse patch persist
plan poll print process profile publish pull push query queue read receive record reduce refactor refresh register
release remove rename render replace report request reset resolve restart restore retry return review rollback route
run sanitize save scan schedule search select send serialize set shuffle skip sort split start stop store stream
submit subscribe summarize sync tokenize trace track train transform translate truncate unlock unpack update upgrade
upload validate verify wait walk watch wrap write""".split()

NOUNS = """account action adapter address agent alert answer argument array artifact attribute author backend balance
base batch block body branch bucket budget buffer build button bytes cache callback category cell chain change channel
character chat check child chunk client cluster code collection column command comment commit component condition
config connection constant container content context controller conversation cookie copy cost count counter cursor
customer data database dataset date dependency description device dictionary directory document domain driver edge
element email embedding encoding endpoint engine entity entry environment error event example exception executor
expression failure feature field file filter flag folder form format frame function gateway graph group handler hash
header history host icon image index info input instance instruction integer interface interval invoice issue item
iterator job key kind label language latency layer layout length level library limit line link list listener loader
location lock log loop manager map margin mask match matrix member memory menu merge message metadata method metric
middleware migration mode model module monitor name namespace network node note notification number object offset
operation operator option order origin output owner package page panel parameter parent parser part password patch
path pattern payload payment permission pipeline plan player plugin point policy pool port position prefix price
process product profile progress project prompt property protocol provider proxy query question queue range rate
reader reason receiver record reference region registry release report repository request resource response result
retry review role root route router row rule runner runtime sample schedule schema scope score script search secret
section segment sender sequence server service session set setting shape shard sheet signal signature size slice
snapshot socket solution source space span stack stage state statement status step storage store strategy stream
string style subject summary suite symbol system table tag target task team template tenant test text theme thread
threshold ticket time timeout timestamp title token tool topic total trace track transaction tree trigger tuple type
unit update upload usage user utility validator value variable vector version view volume warning weight widget window
word worker workflow workspace wrapper writer zone""".split()

ADJECTIVES = """active additional async available basic broken cached clean complete complex concurrent correct current
custom dangling deep default deprecated detailed different duplicate dynamic early empty enabled exact existing expected
explicit external failing fast final first flaky full generic global hidden important incoming incomplete incorrect
initial inner internal invalid large last latest lazy legacy likely local main malformed maximum minimal missing mutable
native nested new next nullable old optional original outdated outer partial pending persistent possible potential
previous primary private public random raw recent redundant related relative relevant remaining remote required safe
same secondary several shared short similar simple single slow small specific stable stale static strict temporary
transient unexpected unique unknown unused upstream useful valid various verbose visible wrong""".split()

ADVERBS = """actually already also always automatically carefully clearly completely correctly currently directly easily
exactly explicitly finally first immediately instead internally likely mostly never next only probably properly quickly
safely silently simply slightly still successfully then twice usually yet""".split()

PLACES = """Berlin Boston Chicago Dublin London Madrid Paris Seattle Tokyo Toronto""".split()
PEOPLE = """Alice Amir Ben Chloe David Elena Felix Grace Hana Ivan Julia Kenji Laura Maria Nina Omar Priya Sofia Tom Wei
""".split()
FOLDERS = """src lib app api core internal pkg cmd tests test docs scripts components hooks services utils models config
common server client web backend frontend examples tools include migrations handlers routes types""".split()
EXTENSIONS = "py py py ts ts tsx js go rs cc cpp h c java md json yaml toml sh sql css html".split()
MODELS = """gpt-4o gpt-4o-mini gpt-4.1 gpt-5 gpt-5-mini o3 o4-mini claude-sonnet-4-5 claude-opus-4-1 claude-haiku-4-5
claude-3-5-sonnet-20241022 gemini-2.5-pro gemini-2.5-flash llama-3.3-70b mistral-large-latest deepseek-chat
qwen3-coder""".split()
PROVIDERS = "openai anthropic google gcp.gemini gcp.vertex_ai azure.ai.openai aws.bedrock mistral_ai deepseek".split()

TOOLS = {
    "read_file": ("Read the contents of a file at the given path.", {"path": "string", "start_line": "integer", "end_line": "integer"}),
    "write_file": ("Write content to a file, creating it if it does not exist.", {"path": "string", "content": "string"}),
    "edit_file": ("Replace an exact string in a file. The old string must be unique.", {"file_path": "string", "old_string": "string", "new_string": "string", "replace_all": "boolean"}),
    "apply_patch": ("Apply a patch to the files of the workspace.", {"patch": "string"}),
    "bash": ("Run a command in a shell and return its output.", {"command": "string", "timeout": "number", "description": "string"}),
    "grep": ("Search file contents with a regular expression.", {"pattern": "string", "path": "string", "glob": "string", "output_mode": "string", "case_insensitive": "boolean"}),
    "glob": ("Find files whose names match a pattern.", {"pattern": "string", "path": "string"}),
    "list_directory": ("List the files and directories of a folder.", {"path": "string", "recursive": "boolean"}),
    "web_search": ("Search the web and return the most relevant results.", {"query": "string", "max_results": "integer"}),
    "fetch_url": ("Fetch the content of a web page.", {"url": "string", "prompt": "string"}),
    "get_weather": ("Get the current weather for a location.", {"location": "string", "unit": "string"}),
    "query_database": ("Execute a read-only SQL query against the database.", {"sql": "string", "limit": "integer"}),
    "send_email": ("Send an email to a recipient.", {"to": "string", "subject": "string", "body": "string"}),
    "create_issue": ("Create an issue in the repository.", {"title": "string", "body": "string", "labels": "array"}),
    "todo_write": ("Update the list of tasks for the current session.", {"todos": "array"}),
    "task": ("Launch a sub-agent to handle a complex, multi-step task.", {"description": "string", "prompt": "string", "subagent_type": "string"}),
    "run_tests": ("Run the test suite and report failures.", {"target": "string", "verbose": "boolean"}),
    "search_documents": ("Search the knowledge base for relevant documents.", {"query": "string", "top_k": "integer", "filter": "object"}),
    "calculator": ("Evaluate a mathematical expression.", {"expression": "string"}),
    "update_plan": ("Update the current plan with the status of each step.", {"explanation": "string", "plan": "array"}),
}
