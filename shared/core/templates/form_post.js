// The page's only form goes on by itself; where scripts are off, its button does.
document.forms[0].submit();
